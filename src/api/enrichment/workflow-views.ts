import type { z } from '@hono/zod-openapi';
import type { RegistryEntry } from '../../dynamic/registry/registry-entry.ts';
import { columnValues } from '../../schemas/columns/shown-columns.ts';
import type {
  Workflow,
  WorkflowDetail,
  WorkflowFilters,
  WorkflowList,
  WorkflowSummary,
} from '../../schemas/workflow-api.ts';

/** The entries that match a caller's filters. An `is_active` of null counts as active, as it does for routing. */
export function filterEntries(
  entries: readonly RegistryEntry[],
  filters: WorkflowFilters,
): readonly RegistryEntry[] {
  const { entity_type, workflow_type, payload_type, usage_category, coalesces_to_core, is_active } = filters;
  return entries.filter(
    ({ row }) =>
      (entity_type === undefined || row.entity_type === entity_type) &&
      (workflow_type === undefined || row.workflow_type === workflow_type) &&
      (payload_type === undefined || row.payload_type === payload_type) &&
      (usage_category === undefined || row.usage_category === usage_category) &&
      (coalesces_to_core === undefined || (row.coalesces_to_core === true) === coalesces_to_core) &&
      (row.is_active !== false) === is_active,
  );
}

/** The list as callers get it: the rows, their totals, and the filters that were applied. */
export function listView(
  entries: readonly RegistryEntry[],
  filters: WorkflowFilters,
): z.output<typeof WorkflowList> {
  const { total, in_core, not_in_core } = coreCounts(entries);
  const ofUsage = (usage: string): number => entries.filter(({ row }) => row.usage_category === usage).length;
  return {
    data: entries.map(workflowView),
    meta: {
      total,
      in_core_count: in_core,
      not_in_core_count: not_in_core,
      client_count: ofUsage('client'),
      internal_hq_count: ofUsage('internal_hq'),
      filters,
    },
  };
}

/** Counts by the values of the rows, which are only keys whatever they are, `__proto__` included. */
export function summaryView(entries: readonly RegistryEntry[]): z.output<typeof WorkflowSummary> {
  const { total, in_core, not_in_core } = coreCounts(entries);
  return {
    total_workflows: total,
    total_in_core: in_core,
    total_not_in_core: not_in_core,
    by_entity_type: groupBy(entries, 'entity_type', coreCounts),
    by_payload_type: groupBy(entries, 'payload_type', count),
    by_workflow_type: groupBy(entries, 'workflow_type', count),
    by_usage_category: groupBy(entries, 'usage_category', count),
  };
}

/** One row as listed, without its contract. */
export function workflowView(entry: RegistryEntry): z.output<typeof Workflow> {
  const { row, status, definition, reasons, warnings } = entry;
  return {
    ...columnValues(row, true),
    route: {
      status,
      method: definition?.method ?? null,
      path: definition?.path ?? null,
      timeout_seconds: definition?.timeoutSeconds ?? null,
      reasons: [...reasons],
      warnings: [...warnings],
    },
  };
}

/** One row with its contract. */
export function detailView(entry: RegistryEntry): z.output<typeof WorkflowDetail> {
  return { ...workflowView(entry), ...columnValues(entry.row, false) };
}

/** The key under which rows without a value are counted. */
const unknownValue = 'unknown';

function coreCounts(entries: readonly RegistryEntry[]) {
  const inCore = entries.filter(({ row }) => row.coalesces_to_core === true).length;
  return { total: entries.length, in_core: inCore, not_in_core: entries.length - inCore };
}

function count(entries: readonly RegistryEntry[]): number {
  return entries.length;
}

/** Uses `Object.fromEntries`, which defines its keys: assigning `__proto__` or reading `constructor` would use inherited ones. */
function groupBy<Summed>(
  entries: readonly RegistryEntry[],
  column: 'entity_type' | 'payload_type' | 'workflow_type' | 'usage_category',
  sum: (group: readonly RegistryEntry[]) => Summed,
): Record<string, Summed> {
  const groups = Map.groupBy(entries, ({ row }) => row[column] ?? unknownValue);
  return Object.fromEntries([...groups].map(([value, group]) => [value, sum(group)]));
}
