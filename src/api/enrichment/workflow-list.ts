import type { z } from '@hono/zod-openapi';
import type { RegistryEntry } from '../../dynamic/registry/registry-entry.ts';
import { isStep, type Steps } from '../../live/cooperative-task.ts';
import { readCursor } from '../../schemas/api-shapes/query-parameters.ts';
import {
  type AppliedFilters,
  type Workflow,
  workflowCursorParts,
  type WorkflowList,
} from '../../schemas/api-shapes/workflow-api.ts';
import { createEntryFilter } from './workflow-filters.ts';
import { workflowView } from './workflow-views.ts';

/** A page of the list, and the cursor of the next page; null for the last page. */
export type ListedPage = Readonly<{
  data: z.output<typeof Workflow>[];
  counts: Omit<z.output<typeof WorkflowList>['meta'], 'filters' | 'next'>;
  end: readonly string[] | null;
}>;

/** The rows that match the filters, starting after a cursor, in the order of the snapshot; the counts include all pages. */
export function* listSteps(
  entries: readonly RegistryEntry[],
  filters: AppliedFilters,
  { limit, cursor }: Readonly<{ limit: number; cursor?: string | undefined }>,
): Steps<ListedPage> {
  const isWanted = createEntryFilter(filters);
  const start = cursor === undefined ? 0 : placeAfter(entries, cursor);
  const counts = { total: 0, in_core_count: 0, not_in_core_count: 0, client_count: 0, internal_hq_count: 0 };
  const data: z.output<typeof Workflow>[] = [];
  let last: RegistryEntry | undefined;
  let hasMore = false;
  for (const [place, entry] of entries.entries()) {
    if (isStep(place)) yield;
    if (!isWanted(entry)) continue;
    counts.total += 1;
    counts[entry.row.coalesces_to_core === true ? 'in_core_count' : 'not_in_core_count'] += 1;
    if (entry.row.usage_category === 'client') counts.client_count += 1;
    if (entry.row.usage_category === 'internal_hq') counts.internal_hq_count += 1;
    if (place < start) continue;
    if (data.length === limit) {
      hasMore = true;
      continue;
    }
    data.push(workflowView(entry));
    last = entry;
  }
  return { data, counts, end: hasMore && last !== undefined ? [last.slug, last.hash] : null };
}

/**
 * The index at which a page starts. The registry may have changed since the previous page: its last row is looked up by
 * content, then by slug; if it is gone, the page starts where it would be.
 */
function placeAfter(entries: readonly RegistryEntry[], cursor: string): number {
  const [slug = '', hash = ''] = readCursor(cursor, workflowCursorParts) ?? [];
  const same = entries.findLastIndex((entry) => entry.hash === hash);
  if (same >= 0) return same + 1;
  const changed = entries.findLastIndex((entry) => entry.slug === slug);
  if (changed >= 0) return changed + 1;
  const next = entries.findIndex((entry) => entry.slug > slug);
  return next < 0 ? entries.length : next;
}
