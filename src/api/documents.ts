import type { OpenAPIHono } from '@hono/zod-openapi';
import packageJson from '../../package.json' with { type: 'json' };
import { createOpenApi } from '../dynamic/openapi.ts';
import { isJsonObject } from '../schemas/json.ts';
import type { ApiEnv } from './api-env.ts';

/** What the fixed part of the OpenAPI document says about this product. */
export type ProductInfo = Readonly<{ name: string; version: string; description: string }>;

/** `/openapi.json`: the fixed routes and every mounted row, as OpenAPI 3.1. Stands behind `withSnapshot`. */
export function mountOpenApi(app: OpenAPIHono<ApiEnv>, { version, description }: ProductInfo): void {
  const openApi = createOpenApi(() => {
    const document = app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Rowgate', version, description, license: { name: packageJson.license, url: '/' } },
      servers: [{ url: '/' }],
      security: [],
      tags: [
        { name: 'registry', description: 'What the registry holds and what became of each row.' },
        { name: 'operations', description: 'What supervisors and balancers ask.' },
      ],
    });
    const plain: unknown = JSON.parse(JSON.stringify(document));
    return isJsonObject(plain) ? plain : {};
  });
  app.get('/openapi.json', (c) => {
    const { json, etag } = openApi(c.get('snapshot'));
    const headers = { etag, 'cache-control': 'no-cache' };
    if (c.req.header('if-none-match')?.includes(etag) === true) return c.body(null, 304, headers);
    return c.body(json, 200, { ...headers, 'content-type': 'application/json' });
  });
}
