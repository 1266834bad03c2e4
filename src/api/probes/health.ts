import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Problem } from '../../errors.ts';
import { type ApiEnv, respondWithProblem } from '../api-env.ts';
import { documentedJson, malformedResponse, documentedProblem } from '../openapi/documented-responses.ts';

const draining: Problem = {
  code: 'draining',
  detail: 'This process is shutting down: it still responds, but send new requests elsewhere.',
};

const Alive = z.object({ status: z.literal('alive') }).openapi('Alive');
const Ready = z
  .object({ status: z.literal('ready'), registry_version: z.string(), mounted: z.int() })
  .openapi('Ready');

const healthz = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'get-health',
  tags: ['operations'],
  summary: 'Check whether the process is alive',
  responses: { 200: documentedJson('The process is alive.', Alive), ...malformedResponse },
});

const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'get-readiness',
  tags: ['operations'],
  summary: 'Check whether the process is ready: it has loaded a registry and is not shutting down',
  responses: {
    200: documentedJson('The process is ready.', Ready),
    ...malformedResponse,
    503: documentedProblem(
      'The registry is not loaded yet, or the process is shutting down.',
      '/readyz',
      draining,
    ),
  },
});

/** The probes of supervisors and load balancers. Both respond from memory; /readyz must be behind `withSnapshot`. */
export function mountHealth(app: OpenAPIHono<ApiEnv>, isDraining: () => boolean): void {
  app.openapi(healthz, (c) => c.json({ status: 'alive' as const }, 200));
  app.use('/readyz', async (c, next) => {
    if (isDraining()) return respondWithProblem(c, draining);
    await next();
    return undefined;
  });
  app.openapi(readyz, (c) => {
    const { version, table } = c.get('snapshot');
    return c.json({ status: 'ready' as const, registry_version: version, mounted: table.size }, 200);
  });
}
