import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { problemContentType, problemDocument } from '../../problem-document.ts';
import {
  WorkflowDetail,
  WorkflowFilters,
  WorkflowList,
  WorkflowQuery,
  WorkflowSummary,
} from '../../schemas/api-shapes/workflow-api.ts';
import { inSharedTurns } from '../../live/cooperative-task.ts';
import { trimmed } from '../../schemas/columns/trimmed.ts';
import { type ApiEnv, contextOf } from '../api-env.ts';
import {
  invalidQueryResponse,
  documentedJson,
  notFoundResponse,
  notReadyResponse,
} from '../openapi/documented-responses.ts';
import { nextPageOf } from '../next-page.ts';
import { appliedFilters } from './workflow-filters.ts';
import { listSteps } from './workflow-list.ts';
import { detailView, summarySteps } from './workflow-views.ts';

const listPath = '/api/enrichment/workflows';

const list = createRoute({
  method: 'get',
  path: listPath,
  operationId: 'list-workflows',
  tags: ['registry'],
  summary: 'List the workflows of the registry, with the status of each route',
  request: { query: WorkflowQuery },
  responses: {
    200: documentedJson('The rows that match the filters.', WorkflowList),
    ...invalidQueryResponse,
    ...notReadyResponse,
  },
});

const summary = createRoute({
  method: 'get',
  path: '/api/enrichment/workflows/summary',
  operationId: 'summarise-workflows',
  tags: ['registry'],
  summary: 'Count the workflows by entity, payload, type and usage',
  request: { query: WorkflowFilters },
  responses: {
    200: documentedJson('The counts.', WorkflowSummary),
    ...invalidQueryResponse,
    ...notReadyResponse,
  },
});

const detail = createRoute({
  method: 'get',
  path: '/api/enrichment/workflows/{slug}',
  operationId: 'get-workflow',
  tags: ['registry'],
  summary: 'Show one workflow with its contract',
  request: { params: z.object({ slug: z.string().openapi({ example: 'infer-company-industry' }) }) },
  responses: {
    200: documentedJson('The workflow.', WorkflowDetail),
    ...notFoundResponse,
    ...notReadyResponse,
  },
});

/**
 * The registry's read API, from the snapshot that `withSnapshot` put into the context. `summary` is matched before
 * `{slug}`: a workflow with the slug `summary` is visible only in the list.
 *
 * @param now milliseconds of a monotonic clock: lists yield to other requests.
 */
export function mountWorkflows(app: OpenAPIHono<ApiEnv>, now: () => number): void {
  app.openapi(list, async (c) => {
    const { limit, cursor, ...given } = c.req.valid('query');
    const filters = appliedFilters(given);
    const page = await inSharedTurns(listSteps(c.get('snapshot').entries, filters, { limit, cursor }), now);
    const { next, headers } = nextPageOf(c, listPath, page.end);
    return c.json({ data: page.data, meta: { ...page.counts, filters, next } }, 200, headers);
  });
  app.openapi(summary, async (c) => {
    const filters = appliedFilters(c.req.valid('query'));
    return c.json(await inSharedTurns(summarySteps(c.get('snapshot').entries, filters), now), 200);
  });
  app.openapi(detail, (c) => {
    const { slug } = c.req.valid('param');
    const entry = c.get('snapshot').bySlug.get(trimmed(slug));
    if (entry !== undefined) return c.json(detailView(entry), 200);
    const missing = `The registry has no workflow with the slug ${slug.slice(0, 200)}.`;
    const problem = problemDocument({ code: 'workflow_not_found', detail: missing }, contextOf(c));
    return c.json(problem, 404, { 'content-type': problemContentType, 'cache-control': 'no-store' });
  });
}
