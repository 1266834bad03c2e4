import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from './api-env.ts';
import { jsonAnswer, malformedAnswer, notReadyAnswer } from './documented-answers.ts';

const Alive = z.object({ status: z.literal('alive') }).openapi('Alive');
const Ready = z
  .object({ status: z.literal('ready'), registry_version: z.string(), mounted: z.int() })
  .openapi('Ready');

const healthz = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'get-health',
  tags: ['operations'],
  summary: 'Tell whether the process is alive',
  responses: { 200: jsonAnswer('It is.', Alive), ...malformedAnswer },
});

const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'get-readiness',
  tags: ['operations'],
  summary: 'Tell whether the process has routes to serve',
  responses: { 200: jsonAnswer('It has.', Ready), ...malformedAnswer, ...notReadyAnswer },
});

/** What a supervisor and a balancer ask. Both answer from memory; /readyz stands behind `withSnapshot`. */
export function mountHealth(app: OpenAPIHono<ApiEnv>): void {
  app.openapi(healthz, (c) => c.json({ status: 'alive' as const }, 200));
  app.openapi(readyz, (c) => {
    const { version, table } = c.get('snapshot');
    return c.json({ status: 'ready' as const, registry_version: version, mounted: table.size }, 200);
  });
}
