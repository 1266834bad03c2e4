import type { OpenAPIHono } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { html } from 'hono/html';
import type { RegistryEntry } from '../../dynamic/registry/registry-entry.ts';
import type { Snapshot } from '../../dynamic/registry/snapshot.ts';
import type { RegistryStore } from '../../dynamic/registry/store.ts';
import { catalogLink } from '../probes/api-catalog.ts';
import type { ApiEnv } from '../api-env.ts';
import type { ProductInfo } from '../openapi/documents.ts';
import { page, pageHeaders, type Markup } from './page.ts';

const links = {
  docs: '/docs',
  openapi: '/openapi.json',
  openapi_yaml: '/openapi.yaml',
  catalog: '/.well-known/api-catalog',
  workflows: '/api/enrichment/workflows',
  summary: '/api/enrichment/workflows/summary',
  status: '/api/enrichment/status',
  errors: '/errors',
  health: '/healthz',
  readiness: '/readyz',
} as const;

const mediaTypes = ['application/json', 'text/html'];

/**
 * `/`: what this gateway is and where to go from here, as a page for browsers and as JSON for all others. It is open to
 * everybody, so if callers need a key it names no row.
 */
export function mountLanding(
  app: OpenAPIHono<ApiEnv>,
  store: RegistryStore,
  info: ProductInfo,
  requiresKey: boolean,
): void {
  app.get('/', (c) => {
    const snapshot = store.current();
    c.header('vary', 'accept', { append: true });
    c.header('link', catalogLink);
    if (accepts(c, { header: 'Accept', supports: mediaTypes, default: 'application/json' }) === 'text/html') {
      return c.html(landingPage(snapshot, info, requiresKey), 200, pageHeaders);
    }
    const { name, version } = info;
    return c.json({ name, version, routes: snapshot?.counts ?? null, links });
  });
}

function landingPage(
  snapshot: Snapshot | undefined,
  { version, description }: ProductInfo,
  requiresKey: boolean,
): Markup {
  const counts = snapshot?.counts;
  const shown = [
    ['mounted', counts?.mounted],
    ['warned', counts?.warned],
    ['rejected', counts?.rejected],
    ['stale', counts?.stale],
    ['rows', counts?.rows],
  ] as const;
  const example = snapshot?.entries.find(({ definition }) => definition !== null);
  const withKey = requiresKey ? html`<span class="soft">(with a key)</span>` : '';
  return page(
    'Rowgate',
    html`<h1>Rowgate</h1>
<p class="soft">${description} Version ${version}.</p>
<div class="tiles">${shown.map(([label, count]) => html`<div class="tile"><b>${count ?? '–'}</b>${label}</div>`)}</div>
<h2>Where to go</h2>
<ul>
<li><a href="${links.docs}#/run">Try the workflows</a> in the browser</li>
<li><a href="${links.workflows}">The registry</a> as JSON, its <a href="${links.summary}">summary</a> and its <a href="${links.status}">status</a> ${withKey}</li>
<li><a href="${links.openapi}">The OpenAPI document</a> for client generators, also <a href="${links.openapi_yaml}">as YAML</a> ${withKey}</li>
<li><a href="${links.errors}">What each error means</a></li>
</ul>
${requiresKey ? keyHint : ''}
${example === undefined ? nothingMounted : requiresKey ? '' : exampleRoute(example)}`,
  );
}

const keyHint = html`<p>A browser does not send a key when you follow a link, so these links return 401. Send the key in a header:</p>
<pre>curl -H 'X-API-Key: rowgate_…' https://…${links.openapi}</pre>
<p class="soft">or as <code>Authorization: Bearer rowgate_…</code>; the key needs the scope <code>read</code>. The docs page asks for the key and sends it for you.</p>`;

const nothingMounted = html`<p>No workflow is mounted yet: insert a row with an <code>api_endpoint_url</code>.</p>`;

function exampleRoute({ slug, row, definition }: RegistryEntry): Markup {
  return html`<h2>One of the routes</h2>
<p>${row.description ?? slug}</p>
<pre>${definition?.method} ${definition?.path}</pre>
<p class="soft">This is the row <a href="${links.workflows}/${encodeURIComponent(slug)}">${slug}</a>.</p>`;
}
