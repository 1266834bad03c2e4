import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { auditSteps, filterFindings } from '../../dynamic/registry/audit/audit.ts';
import { inTurns } from '../../live/cooperative-task.ts';
import { Audit, AuditFilters } from '../../schemas/audit-api.ts';
import type { ApiEnv } from '../api-env.ts';
import { invalidAnswer, jsonAnswer, notReadyAnswer } from '../openapi/documented-responses.ts';

const audit = createRoute({
  method: 'get',
  path: '/api/enrichment/audit',
  operationId: 'audit-registry',
  tags: ['registry'],
  summary: 'Tell what is wrong, odd or missing in the registry, row by row',
  request: { query: AuditFilters },
  responses: {
    200: jsonAnswer('The findings that the filters let through: errors, warnings, information.', Audit),
    ...invalidAnswer,
    ...notReadyAnswer,
  },
});

/**
 * The audit of the snapshot that is served, as `npm run registry -- audit --json` prints it.
 *
 * @param now milliseconds of a clock that only goes forward: the audit lets other requests in between.
 */
export function mountAudit(app: OpenAPIHono<ApiEnv>, now: () => number): void {
  app.openapi(audit, async (c) => {
    const findings = await inTurns(auditSteps(c.get('snapshot').entries), now);
    return c.json({ findings: [...filterFindings(findings, c.req.valid('query'))] }, 200);
  });
}
