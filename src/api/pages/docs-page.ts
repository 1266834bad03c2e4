import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { html } from 'hono/html';
import type { ApiEnv } from '../api-env.ts';

const css = 'text/css; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';
const swaggerUi = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
const ours = join(import.meta.dirname, 'docs-assets');

const assets = [
  { name: 'swagger-ui.css', directory: swaggerUi, type: css },
  { name: 'swagger-ui-bundle.js', directory: swaggerUi, type: javascript },
  { name: 'favicon-32x32.png', directory: swaggerUi, type: 'image/png' },
  { name: 'docs.css', directory: ours, type: css },
  { name: 'overrides.css', directory: ours, type: css },
  { name: 'start.js', directory: ours, type: javascript },
  { name: 'key-form.js', directory: ours, type: javascript },
  { name: 'excerpt.js', directory: ours, type: javascript },
  { name: 'matching-tags.js', directory: ours, type: javascript },
  { name: 'resolve-parts.js', directory: ours, type: javascript },
  { name: 'search.js', directory: ours, type: javascript },
] as const;

/** Everything comes from this origin. Swagger UI sets inline styles and draws its icons from data URLs. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const shell = (requiresKey: boolean) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Rowgate: docs</title>
<link rel="icon" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="stylesheet" href="/docs/assets/docs.css">
<link rel="stylesheet" href="/docs/assets/overrides.css">
</head>
<body data-keys="${requiresKey ? 'required' : 'off'}">
<form id="key-form" hidden>
<h1>Rowgate</h1>
<p>This gateway requires an API key. Enter yours to see the workflows that it may call, and to try them.</p>
<label for="key">API key</label>
<div class="key-line">
<input id="key" type="password" placeholder="rowgate_…" autocomplete="off" spellcheck="false" required aria-describedby="key-fault">
<button>Open the docs</button>
</div>
<p id="key-fault" role="alert"></p>
<p class="soft">The key needs the scope read. It is kept in this tab until you close it.</p>
</form>
<p id="key-bar" hidden>Showing only what your API key may call. <button id="other-key" type="button">Use another key</button></p>
<p id="state" role="status"></p>
<div id="docs"></div>
<noscript>This page needs JavaScript; the same document is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script type="module" src="/docs/assets/start.js"></script>
</body>
</html>`;

const pieceBytes = 16 * 1024;

/**
 * Streams a file that is in memory once for all its readers, as fast as they read it and without a copy: a whole body
 * would be copied whenever a header is added to its Response, and would count in full towards its reader's waiting bytes.
 */
function inPieces(file: Buffer): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull: (controller) => {
      controller.enqueue(file.subarray(sent, sent + pieceBytes));
      sent += pieceBytes;
      if (sent >= file.byteLength) controller.close();
    },
  });
}

/**
 * `/docs`: Swagger UI with the live document, all files served from here. `/docs#/run` opens the workflows. If callers need
 * a key, the page itself does not, but asks for one before it shows anything. `/redoc` redirects here.
 */
export function mountDocsPage(app: OpenAPIHono<ApiEnv>, requiresKey: boolean): void {
  const page = shell(requiresKey);
  const headers = { 'content-security-policy': contentSecurityPolicy, 'referrer-policy': 'no-referrer' };
  app.get('/docs', (c) => c.html(page, 200, headers));
  app.get('/redoc', (c) => c.redirect('/docs', 302));
  const files = new Map<string, Promise<Buffer>>();
  const load = (name: string, directory: string): Promise<Buffer> => {
    const file = readFile(join(directory, name));
    files.set(name, file);
    // A file that could not be read is read again for the next request.
    file.catch(() => files.delete(name));
    return file;
  };
  for (const { name, directory, type } of assets) {
    app.get(`/docs/assets/${name}`, async (c) => {
      const file = await (files.get(name) ?? load(name, directory));
      return c.body(inPieces(file), 200, {
        'content-type': type,
        'content-length': String(file.byteLength),
        'cache-control': 'public, max-age=3600',
      });
    });
  }
}
