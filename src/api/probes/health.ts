import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { problemResponse } from '../../server/problem-response.ts';
import type { Problem } from '../../errors.ts';
import { type ApiEnv, contextOf } from '../api-env.ts';
import { jsonAnswer, malformedAnswer, problemAnswer } from '../openapi/documented-responses.ts';

const draining: Problem = {
  code: 'draining',
  detail: 'This process is about to stop: it still answers, but send new requests elsewhere.',
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
  summary: 'Tell whether the process is alive',
  responses: { 200: jsonAnswer('It is.', Alive), ...malformedAnswer },
});

const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'get-readiness',
  tags: ['operations'],
  summary: 'Tell whether the process has routes to serve, and will go on serving them',
  responses: {
    200: jsonAnswer('It has.', Ready),
    ...malformedAnswer,
    503: problemAnswer(
      'The registry is not loaded yet, or the process is about to stop.',
      '/readyz',
      draining,
    ),
  },
});

/** What a supervisor and a balancer ask. Both answer from memory; /readyz stands behind `withSnapshot`. */
export function mountHealth(app: OpenAPIHono<ApiEnv>, isDraining: () => boolean): void {
  app.openapi(healthz, (c) => c.json({ status: 'alive' as const }, 200));
  app.use('/readyz', async (c, next) => {
    if (isDraining()) return problemResponse(draining, contextOf(c));
    await next();
    return undefined;
  });
  app.openapi(readyz, (c) => {
    const { version, table } = c.get('snapshot');
    return c.json({ status: 'ready' as const, registry_version: version, mounted: table.size }, 200);
  });
}
