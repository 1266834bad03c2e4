import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { auditSteps } from '../../dynamic/registry/audit/audit.ts';
import type { RegistryEntry } from '../../dynamic/registry/registry-entry.ts';
import { inSharedTurns } from '../../live/cooperative-task.ts';
import { Audit, type AuditFinding, AuditQuery } from '../../schemas/api-shapes/audit-api.ts';
import type { ApiEnv } from '../api-env.ts';
import { invalidQueryResponse, documentedJson, notReadyResponse } from '../openapi/documented-responses.ts';
import { auditPageSteps } from './audit-page.ts';
import { nextPageOf } from '../next-page.ts';

const path = '/api/enrichment/audit';

const audit = createRoute({
  method: 'get',
  path,
  operationId: 'audit-registry',
  tags: ['registry'],
  summary: 'Audit the registry: list what is wrong, unusual or missing, row by row',
  request: { query: AuditQuery },
  responses: {
    200: documentedJson('The findings that match the filters: errors, warnings and information.', Audit),
    ...invalidQueryResponse,
    ...notReadyResponse,
  },
});

/**
 * The audit of the current snapshot, in pages. It is made once for each snapshot, for all pages and all callers.
 *
 * @param now milliseconds of a monotonic clock: the audit yields to other requests.
 */
export function mountAudit(app: OpenAPIHono<ApiEnv>, now: () => number): void {
  const audits = new WeakMap<readonly RegistryEntry[], Promise<readonly AuditFinding[]>>();
  app.openapi(audit, async (c) => {
    const { entries } = c.get('snapshot');
    const made = audits.get(entries) ?? inSharedTurns(auditSteps(entries), now);
    audits.set(entries, made);
    const query = c.req.valid('query');
    const { findings, total, end } = await inSharedTurns(auditPageSteps(await made, query, query), now);
    const { next, headers } = nextPageOf(c, path, end);
    return c.json({ findings, total, next }, 200, headers);
  });
}
