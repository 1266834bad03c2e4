import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { problemContentType, problemDocument } from '../../problem-document.ts';
import {
  WorkflowDetail,
  WorkflowFilters,
  WorkflowList,
  WorkflowSummary,
} from '../../schemas/workflow-api.ts';
import { type ApiEnv, contextOf } from '../api-env.ts';
import {
  invalidAnswer,
  jsonAnswer,
  notFoundAnswer,
  notReadyAnswer,
} from '../openapi/documented-responses.ts';
import { detailView, filterEntries, listView, summaryView } from './workflow-views.ts';

const list = createRoute({
  method: 'get',
  path: '/api/enrichment/workflows',
  operationId: 'list-workflows',
  tags: ['registry'],
  summary: 'List the workflows of the registry, with the status of each route',
  request: { query: WorkflowFilters },
  responses: {
    200: jsonAnswer('The rows that the filters let through.', WorkflowList),
    ...invalidAnswer,
    ...notReadyAnswer,
  },
});

const summary = createRoute({
  method: 'get',
  path: '/api/enrichment/workflows/summary',
  operationId: 'summarise-workflows',
  tags: ['registry'],
  summary: 'Count the workflows by entity, payload, type and usage',
  request: { query: WorkflowFilters },
  responses: { 200: jsonAnswer('The counts.', WorkflowSummary), ...invalidAnswer, ...notReadyAnswer },
});

const detail = createRoute({
  method: 'get',
  path: '/api/enrichment/workflows/{slug}',
  operationId: 'get-workflow',
  tags: ['registry'],
  summary: 'Show one workflow with its contract',
  request: { params: z.object({ slug: z.string().openapi({ example: 'infer-company-industry' }) }) },
  responses: { 200: jsonAnswer('The workflow.', WorkflowDetail), ...notFoundAnswer, ...notReadyAnswer },
});

/**
 * The registry's read API, answered from the snapshot that `withSnapshot` put into the request. `summary` is asked
 * before `{slug}`: a workflow of that very name shows in the list only.
 */
export function mountWorkflows(app: OpenAPIHono<ApiEnv>): void {
  app.openapi(list, (c) => {
    const filters = c.req.valid('query');
    return c.json(listView(filterEntries(c.get('snapshot').entries, filters), filters), 200);
  });
  app.openapi(summary, (c) => {
    const filters = c.req.valid('query');
    return c.json(summaryView(filterEntries(c.get('snapshot').entries, filters)), 200);
  });
  app.openapi(detail, (c) => {
    const { slug } = c.req.valid('param');
    const entry = c.get('snapshot').bySlug.get(slug);
    if (entry !== undefined) return c.json(detailView(entry), 200);
    const missing = `The registry has no workflow with the slug ${slug.slice(0, 200)}.`;
    const problem = problemDocument({ code: 'workflow_not_found', detail: missing }, contextOf(c));
    return c.json(problem, 404, { 'content-type': problemContentType, 'cache-control': 'no-store' });
  });
}
