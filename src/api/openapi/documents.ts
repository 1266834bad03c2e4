import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import pTimeout from 'p-timeout';
import packageJson from '../../../package.json' with { type: 'json' };
import { documentFormats, type FormatName } from '../../dynamic/openapi/format.ts';
import { createOpenApi, type OpenApiParts } from '../../dynamic/openapi/document.ts';
import { DocumentFilters } from '../../schemas/api-shapes/document-filters.ts';
import { isJsonObject, type JsonObject } from '../../json-schema/json.ts';
import { type ApiEnv, respondWithProblem } from '../api-env.ts';
import { bodyInPieces } from '../body-in-pieces.ts';
import {
  createDocumentCache,
  type DocumentCache,
  type KeyedView,
} from '../../dynamic/openapi/document-cache.ts';
import { coverageOf, keyedParts, openParts } from './document-security.ts';
import { invalidQueryResponse, notReadyResponse } from './documented-responses.ts';
import { invalidQuery } from '../invalid-query.ts';
import { unmatchedFilters } from './unmatched-filters.ts';

/** How the OpenAPI document describes this product. */
export type ProductInfo = Readonly<{ name: string; version: string; description: string }>;

export type DocumentOptions = Readonly<{
  info: ProductInfo;
  /** Whether callers need a key. */
  requiresKey: boolean;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

/** The package's licence, as an SPDX reference to one that is not on the SPDX list. A URL would have to lead to a licence text. */
const license = { name: packageJson.license, identifier: `LicenseRef-${packageJson.license}` };

/**
 * When the fixed part is built, which takes zod 30 to 50 ms in one go: once the process has started and is idle, rather than
 * before it is ready or while a reader waits.
 */
const prepareAfterMs = 1_000;

/** The first readers of a large document get it uncompressed rather than wait longer: gzip takes 10 ms for 1 MB. */
const longestCompressionMs = 50;

const summaries: Readonly<Record<FormatName, string>> = {
  json: 'Describe the fixed routes and every mounted workflow (OpenAPI 3.1, JSON)',
  yaml: 'Describe the fixed routes and every mounted workflow (OpenAPI 3.1, YAML)',
};

/**
 * `/openapi.json` and `/openapi.yaml`: the fixed routes and every mounted row, as OpenAPI 3.1, except what the filters and
 * the caller's scopes exclude. Must be mounted behind `withSnapshot`.
 */
export function mountOpenApi(app: OpenAPIHono<ApiEnv>, options: DocumentOptions): DocumentCache {
  const partsOf = options.requiresKey ? keyedParts : openParts;
  let made: OpenApiParts | undefined;
  const parts = (): OpenApiParts => (made ??= partsOf(fixedDocument(app, options.info)));
  setTimeout(parts, prepareAfterMs).unref();
  const build = createOpenApi(parts);
  const cache = createDocumentCache({ build, now: options.now });
  const vary = ['accept-encoding', ...(options.requiresKey ? ['authorization', 'x-api-key'] : [])].join(', ');

  for (const format of ['json', 'yaml'] as const) {
    app.openAPIRegistry.registerPath(documentRoute(format));
    app.get(`/openapi.${format}`, async (c) => {
      const filters = DocumentFilters.safeParse(queryOf(c));
      if (!filters.success) return respondWithProblem(c, invalidQuery(filters.error.issues));
      const snapshot = c.get('snapshot');
      const document = await cache.get(snapshot, viewOf(c, format, filters.data));
      const { etag, unmatched } = document;
      if (unmatched !== undefined) {
        return respondWithProblem(c, invalidQuery(unmatchedFilters(filters.data, unmatched)));
      }
      c.header('vary', vary, { append: true });
      const headers = { etag, 'cache-control': 'no-cache', 'x-registry-version': snapshot.version };
      const known = knownTag(etag, c.req.header('if-none-match'));
      if (known !== undefined) return c.body(null, 304, { ...headers, etag: known });
      const plain = { ...headers, 'content-type': documentFormats[format].contentType };
      const send = (bytes: Buffer<ArrayBuffer>, more: Record<string, string> = {}): Response => {
        const { body, headers: length } = bodyInPieces(bytes);
        return c.body(body, 200, { ...plain, ...more, ...length });
      };
      if (!acceptsGzip(c)) return send(document.bytes);
      const gzipped = await pTimeout(document.gzipped, {
        milliseconds: longestCompressionMs,
        fallback: () => null,
      });
      if (gzipped === null) return send(document.bytes);
      return send(gzipped, { etag: gzipTag(etag), 'content-encoding': 'gzip' });
    });
  }
  return cache;
}

/** Whether the caller accepts gzip and does not prefer the uncompressed form (RFC 9110 section 12.5.3). */
function acceptsGzip(c: Context): boolean {
  const supports = ['gzip', 'identity'];
  return accepts(c, { header: 'Accept-Encoding', supports, default: 'identity' }) === 'gzip';
}

function documentRoute(format: FormatName) {
  return createRoute({
    method: 'get',
    path: `/openapi.${format}`,
    operationId: `get-openapi-${format}`,
    tags: ['documents'],
    summary: summaries[format],
    request: { query: DocumentFilters },
    responses: {
      200: {
        description: 'The document. Its ETag identifies its content: send it as If-None-Match.',
        content: { [documentFormats[format].contentType]: { schema: z.looseObject({}) } },
      },
      304: { description: 'The document has not changed.' },
      ...invalidQueryResponse,
      ...notReadyResponse,
    },
  });
}

function fixedDocument(app: OpenAPIHono<ApiEnv>, { version, description }: ProductInfo): JsonObject {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Rowgate', version, description, license },
    servers: [{ url: '/' }],
    tags: [
      { name: 'registry', description: 'The rows of the registry and the status of each.' },
      { name: 'operations', description: 'Health checks, readiness and metrics.' },
      { name: 'documents', description: 'Machine-readable descriptions of this API.' },
    ],
  });
  const plain: unknown = JSON.parse(JSON.stringify(document));
  return isJsonObject(plain) ? plain : {};
}

/** The query parameters as the validators of the other routes see them: a repeated parameter is a list. */
function queryOf(c: Context<ApiEnv>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

function viewOf(c: Context<ApiEnv>, format: FormatName, filters: DocumentFilters): KeyedView {
  const caller = c.env.admitted.caller;
  const { tag, entity, workflow_type: workflowType } = filters;
  const scopes = caller?.scopes.toSorted() ?? null;
  const key = JSON.stringify([format, tag, entity, workflowType, scopes]);
  return { key, format, filters, covers: coverageOf(caller) };
}

/** The ETag of this document that the reader already has, by If-None-Match (RFC 9110 section 13.1.2: weak comparison). */
function knownTag(etag: string, ifNoneMatch = ''): string | undefined {
  if (ifNoneMatch.trim() === '*') return etag;
  return [etag, gzipTag(etag)].find((tag) => ifNoneMatch.includes(tag));
}

/** The compressed form is another representation, so it has its own ETag (RFC 9110 section 8.8.3). */
function gzipTag(etag: string): string {
  return etag.replace(/"$/, '-gzip"');
}
