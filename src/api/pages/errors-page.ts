import { html } from 'hono/html';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { errorKinds } from '../../errors.ts';
import type { ApiEnv } from '../api-env.ts';
import { page, pageHeaders } from './page.ts';

/** `/errors`: the page that every `type` of a problem document links to, generated from the one table of errors. */
export function mountErrorsPage(app: OpenAPIHono<ApiEnv>): void {
  const entries = Object.entries(errorKinds).map(
    ([code, { status, title, remedy }]) => html`
<dt id="${code}"><span class="status">${status}</span> <code>${code}</code></dt>
<dd>${title}.</dd>
<dd class="soft">${remedy}</dd>`,
  );
  const text = page(
    'Rowgate: errors',
    html`<h1>Errors</h1>
<p class="soft">Each error that Rowgate itself returns is a problem document (RFC 9457) with one of these codes. All other
responses come from the function, unchanged.</p>
<dl>${entries}</dl>
<p><a href="/">Rowgate</a></p>`,
  );
  app.get('/errors', (c) => c.html(text, 200, pageHeaders));
}
