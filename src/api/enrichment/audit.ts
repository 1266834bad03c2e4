import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { auditSteps, filterFindings } from '../../dynamic/registry/audit/audit.ts';
import { inTurns } from '../../live/cooperative-task.ts';
import { Audit, AuditFilters } from '../../schemas/audit-api.ts';
import type { ApiEnv } from '../api-env.ts';
import { invalidQueryResponse, documentedJson, notReadyResponse } from '../openapi/documented-responses.ts';

const audit = createRoute({
  method: 'get',
  path: '/api/enrichment/audit',
  operationId: 'audit-registry',
  tags: ['registry'],
  summary: 'Audit the registry: list what is wrong, unusual or missing, row by row',
  request: { query: AuditFilters },
  responses: {
    200: documentedJson('The findings that match the filters: errors, warnings and information.', Audit),
    ...invalidQueryResponse,
    ...notReadyResponse,
  },
});

/**
 * The audit of the current snapshot, as `npm run registry -- audit --json` prints it.
 *
 * @param now milliseconds of a monotonic clock: the audit yields to other requests.
 */
export function mountAudit(app: OpenAPIHono<ApiEnv>, now: () => number): void {
  app.openapi(audit, async (c) => {
    const findings = await inTurns(auditSteps(c.get('snapshot').entries), now);
    return c.json({ findings: [...filterFindings(findings, c.req.valid('query'))] }, 200);
  });
}
