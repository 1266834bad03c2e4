import { z } from '@hono/zod-openapi';
import { columnShape } from '../columns/shown-columns.ts';
import { nextPage, pageParameters, queryParameters } from './query-parameters.ts';

const text = z.string().nullable();
/** One finding about a row, for machines and for people. */
export const Finding = z.object({
  code: z.string().openapi({ description: 'Stable name of the finding.', example: 'path_taken' }),
  message: z.string(),
  column: text.openapi({ description: 'The column to fix.' }),
  other_slug: z.string().optional(),
});

/** The status of a row. */
export const routeStatuses = ['mounted', 'not_exposed', 'inactive', 'rejected', 'stale'] as const;
export type RouteStatus = (typeof routeStatuses)[number];

/** One workflow as listed: the row's columns without the contract, and the status of the row. */
export const Workflow = z
  .object({
    ...columnShape(true),
    route: z.object({
      status: z.enum(routeStatuses),
      method: text,
      path: text.openapi({
        description: 'The path that is served, e.g. /run/companies/gemini/industry/infer.',
      }),
      timeout_seconds: z.number().nullable(),
      reasons: z.array(Finding).openapi({ description: 'Why the row is not served as written.' }),
      warnings: z.array(Finding),
    }),
  })
  .openapi('Workflow');

/** One workflow with its contract. */
export const WorkflowDetail = Workflow.extend(columnShape(false)).openapi('WorkflowDetail');

/** Accepts `true`, `True`, `1`, `yes` and their opposites. */
const flag = z.stringbool({ error: 'must be true or false' }).openapi({ type: 'boolean' });
/** In words and not as an `example`: the docs page fills examples into the form, and nothing matches all four. */
const exactly = (value: string) =>
  z
    .string('must be given only once')
    .optional()
    .openapi({ description: `An exact value, such as ${value}.` });

/** Longer than any name or URL that is searched for. */
const maxSearchLength = 200;

/** Filters of the workflow list, all of which must match: exact values, except for `q`. */
const filters = {
  entity_type: exactly('company'),
  workflow_type: exactly('inference'),
  payload_type: exactly('firmographics'),
  usage_category: exactly('client'),
  coalesces_to_core: flag.optional().openapi({ description: 'A row without a value counts as false.' }),
  is_active: flag.optional().openapi({
    description:
      'A row without a value counts as true. If neither this nor `status` is given, inactive rows are left out.',
  }),
  status: z
    .enum(routeStatuses, `must be one of ${routeStatuses.join(', ')}`)
    .optional()
    .openapi({ description: 'The status of the row.' }),
  q: z
    .string('must be given only once')
    .min(1, 'must not be empty')
    .max(maxSearchLength, `must have at most ${maxSearchLength} characters`)
    .optional()
    .openapi({
      description:
        'Text contained in the slug, description, provider, entity, payload, path, or function name or URL; not case-sensitive.',
    }),
};
export const WorkflowFilters = queryParameters(filters);
export type WorkflowFilters = z.output<typeof WorkflowFilters>;

/** A slug, and the hash of the row. */
export const workflowCursorParts = 2;
export const WorkflowQuery = queryParameters({ ...filters, ...pageParameters(workflowCursorParts) });

export const AppliedFilters = z.object({
  entity_type: z.string().optional(),
  workflow_type: z.string().optional(),
  payload_type: z.string().optional(),
  usage_category: z.string().optional(),
  coalesces_to_core: z.boolean().optional(),
  is_active: z.boolean().optional(),
  status: z.enum(routeStatuses).optional(),
  q: z.string().optional(),
});
export type AppliedFilters = z.output<typeof AppliedFilters>;

export const WorkflowList = z
  .object({
    data: z.array(Workflow),
    meta: z.object({
      total: z.int().openapi({
        description: 'Rows that match the filters, on all pages; the same applies to the other counts.',
      }),
      in_core_count: z.int(),
      not_in_core_count: z.int(),
      client_count: z.int().openapi({ description: 'Rows with usage_category client.' }),
      internal_hq_count: z.int().openapi({ description: 'Rows with usage_category internal_hq.' }),
      filters: AppliedFilters,
      next: nextPage,
    }),
  })
  .openapi('WorkflowList');

const counts = z.record(z.string(), z.int());
export const WorkflowSummary = z
  .object({
    total_workflows: z.int(),
    total_in_core: z.int(),
    total_not_in_core: z.int(),
    by_entity_type: z.record(
      z.string(),
      z.object({ total: z.int(), in_core: z.int(), not_in_core: z.int() }),
    ),
    by_payload_type: counts,
    by_workflow_type: counts,
    by_usage_category: counts,
  })
  .openapi('WorkflowSummary');
