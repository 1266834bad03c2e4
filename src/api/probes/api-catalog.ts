import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from '../api-env.ts';
import { malformedResponse } from '../openapi/documented-responses.ts';

const path = '/.well-known/api-catalog';
/** RFC 9264 section 4.2, with the profile of RFC 9727 section 4.2. */
const contentType = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"';

/** The Link header that leads programs from a response to the catalog (RFC 9727 section 3). */
export const catalogLink = `<${path}>; rel="api-catalog"`;

/**
 * The one API and the documents that describe it. References are relative, so that they are correct behind any proxy; they
 * are resolved against the catalog's own URL (RFC 9264 section 4.2.1).
 */
const linkset = {
  linkset: [
    {
      anchor: '/',
      'service-desc': [
        { href: '/openapi.json', type: 'application/json' },
        { href: '/openapi.yaml', type: 'application/yaml' },
      ],
      'service-doc': [{ href: '/docs', type: 'text/html' }],
      'service-meta': [{ href: '/api/enrichment/workflows', type: 'application/json' }],
      status: [{ href: '/api/enrichment/status', type: 'application/json' }],
    },
  ],
} as const;

const Target = z.object({ href: z.string(), type: z.string() });
const Linkset = z
  .object({
    linkset: z.array(
      z.object({
        anchor: z.string(),
        'service-desc': z.array(Target),
        'service-doc': z.array(Target),
        'service-meta': z.array(Target),
        status: z.array(Target),
      }),
    ),
  })
  .openapi('Linkset');

const catalog = createRoute({
  method: 'get',
  path,
  operationId: 'get-api-catalog',
  tags: ['documents'],
  summary: 'List the documents that describe this API (RFC 9727)',
  responses: {
    200: {
      description: 'The links.',
      content: { 'application/linkset+json': { schema: Linkset, example: linkset } },
    },
    ...malformedResponse,
  },
});

/** `/.well-known/api-catalog` (RFC 9727), open to all: it only lists where descriptions are, not what they contain. */
export function mountApiCatalog(app: OpenAPIHono<ApiEnv>): void {
  app.openAPIRegistry.registerPath(catalog);
  app.get(path, (c) =>
    c.body(JSON.stringify(linkset), 200, { 'content-type': contentType, link: catalogLink }),
  );
}
