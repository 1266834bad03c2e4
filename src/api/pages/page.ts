import { html } from 'hono/html';

/** HTML made by `html`: every value in it is escaped. */
export type Markup = ReturnType<typeof html>;

/** No scripts and no external files; the one style sheet is inline. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** A complete page, in the light or dark theme of the reader's system, readable on a phone. */
export function page(title: string, body: Markup): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
:root { --ink: #1c2430; --soft: #5a6675; --line: #d9dfe7; --ground: #fff; --raised: #f5f7fa; --accent: #0b62c4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6ebf2; --soft: #9aa7b8; --line: #303a48; --ground: #12171e; --raised: #1a212b; --accent: #6fb1ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 4rem; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .4rem 0; }
ul { margin: .4rem 0; padding-left: 1.25rem; }
a { color: var(--accent); }
.soft { color: var(--soft); }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.tile { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; }
.tile b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
dl { margin: 0; }
dt { margin-top: 1.25rem; scroll-margin-top: 1rem; }
dt:target { box-shadow: 0 2px var(--accent); }
dd { margin: 0; overflow-wrap: anywhere; }
.status { display: inline-block; min-width: 3rem; font-weight: 600; }
</style>
</head>
<body>
${body}
</body>
</html>`;
}
