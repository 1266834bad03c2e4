import type { z } from '@hono/zod-openapi';
import type { RegistryEntry } from '../../dynamic/registry/registry-entry.ts';
import { isStep, type Steps } from '../../live/cooperative-task.ts';
import { columnValues } from '../../schemas/columns/shown-columns.ts';
import type {
  Workflow,
  AppliedFilters,
  WorkflowDetail,
  WorkflowSummary,
} from '../../schemas/api-shapes/workflow-api.ts';
import { createEntryFilter } from './workflow-filters.ts';

/** Counts rows by their values, which are only ever used as keys, even `__proto__`. */
export function* summarySteps(
  all: readonly RegistryEntry[],
  filters: AppliedFilters,
): Steps<z.output<typeof WorkflowSummary>> {
  const isWanted = createEntryFilter(filters);
  const entries: RegistryEntry[] = [];
  for (const [place, entry] of all.entries()) {
    if (isStep(place)) yield;
    if (isWanted(entry)) entries.push(entry);
  }
  const { total, in_core, not_in_core } = coreCounts(entries);
  const by_entity_type = groupBy(entries, 'entity_type', coreCounts);
  yield;
  const by_payload_type = groupBy(entries, 'payload_type', count);
  yield;
  const by_workflow_type = groupBy(entries, 'workflow_type', count);
  yield;
  const by_usage_category = groupBy(entries, 'usage_category', count);
  return {
    total_workflows: total,
    total_in_core: in_core,
    total_not_in_core: not_in_core,
    by_entity_type,
    by_payload_type,
    by_workflow_type,
    by_usage_category,
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
