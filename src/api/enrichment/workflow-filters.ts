import type { RegistryColumn } from '../../schemas/columns/registry-columns.ts';
import type { RegistryEntry } from '../../dynamic/registry/registry-entry.ts';
import type { AppliedFilters, WorkflowFilters } from '../../schemas/api-shapes/workflow-api.ts';

/** The columns that `q` searches. */
const searched = [
  'workflow_slug',
  'description',
  'provider',
  'entity_type',
  'payload_type',
  'api_endpoint_url',
  'modal_function_name',
  'modal_endpoint_url',
] as const satisfies readonly RegistryColumn[];

/** The filters that a request applies: without `is_active` and `status`, inactive rows are excluded. */
export function appliedFilters({ is_active, ...filters }: WorkflowFilters): AppliedFilters {
  if (is_active !== undefined) return { ...filters, is_active };
  return filters.status === undefined ? { ...filters, is_active: true } : filters;
}

/**
 * Returns a function that tells whether an entry matches all filters. An `is_active` of null counts as active, as it does
 * for routing.
 */
export function createEntryFilter(filters: AppliedFilters): (entry: RegistryEntry) => boolean {
  const { entity_type, workflow_type, payload_type, usage_category, coalesces_to_core, is_active } = filters;
  const wanted = filters.q?.toLowerCase();
  return ({ row, status }) =>
    (entity_type === undefined || row.entity_type === entity_type) &&
    (workflow_type === undefined || row.workflow_type === workflow_type) &&
    (payload_type === undefined || row.payload_type === payload_type) &&
    (usage_category === undefined || row.usage_category === usage_category) &&
    (coalesces_to_core === undefined || (row.coalesces_to_core === true) === coalesces_to_core) &&
    (is_active === undefined || (row.is_active !== false) === is_active) &&
    (filters.status === undefined || status === filters.status) &&
    (wanted === undefined || searched.some((column) => row[column]?.toLowerCase().includes(wanted)));
}
