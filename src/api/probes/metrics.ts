import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from '../api-env.ts';
import { malformedResponse } from '../openapi/documented-responses.ts';

const metrics = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'get-metrics',
  tags: ['operations'],
  summary: 'Get the metrics of this process in the Prometheus text format',
  responses: {
    200: {
      description: 'The metrics.',
      content: { 'text/plain': { schema: z.string().openapi({ example: 'rowgate_calls_in_flight 3' }) } },
    },
    ...malformedResponse,
  },
});

/** `/metrics`, for Prometheus and tools that read its format. */
export function mountMetrics(
  app: OpenAPIHono<ApiEnv>,
  render: () => Promise<Readonly<{ text: string; contentType: string }>>,
): void {
  app.openapi(metrics, async (c) => {
    const { text, contentType } = await render();
    return c.text(text, 200, { 'content-type': contentType, 'cache-control': 'no-store' });
  });
}
