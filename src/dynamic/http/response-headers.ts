import type { ResponseHeaders } from '../call/call-result.ts';
import { via } from '../call/function-headers.ts';
import { hopByHopHeaders, listedByConnection } from './hop-by-hop.ts';

/**
 * Headers that end here, and headers that a function must not set: it shares Rowgate's origin with every other function, so
 * cookies, CORS and headers about the origin as a whole (HSTS, Clear-Site-Data, Alt-Svc) would affect all of them.
 */
const dropped: ReadonlySet<string> = new Set([
  ...hopByHopHeaders,
  'set-cookie',
  'clear-site-data',
  'strict-transport-security',
  'alt-svc',
  'date',
  // Written last, if it is kept: Node re-encodes a Content-Disposition that follows it, and refuses most bytes above 127.
  'content-length',
  'x-request-id',
  'x-workflow',
  'x-registry-version',
  'x-content-type-options',
  'content-security-policy',
]);
const droppedPrefix = 'access-control-';

/** Set on every response of a function, so that browsers neither guess its type nor run it as a page of Rowgate's origin. */
const isolation = ['x-content-type-options', 'nosniff', 'content-security-policy', 'sandbox'] as const;

/**
 * Adds the function's headers, as the caller gets them, to a flat list of names and values; names in lower case. Lines of the
 * same name are joined by a comma (RFC 9110 section 5.3), and Rowgate's own follow on a separate line: Via here,
 * Server-Timing in exchange.ts.
 *
 * @param replaced names that Rowgate sets itself in this response.
 */
export function pushResponseHeaders(
  lines: string[],
  upstream: ResponseHeaders,
  { keepsLength, replaced }: Readonly<{ keepsLength: boolean; replaced: readonly string[] }>,
): void {
  const listed = listedByConnection(joined(upstream['connection']));
  lines.push(...isolation);
  for (const name in upstream) {
    const value = upstream[name];
    if (value === undefined || dropped.has(name) || name.startsWith(droppedPrefix)) continue;
    if (listed?.has(name) === true || replaced.includes(name)) continue;
    lines.push(name, joined(value) ?? '');
  }
  lines.push('via', via);
  const length = keepsLength ? upstream['content-length'] : undefined;
  if (length !== undefined) lines.push('content-length', joined(length) ?? '');
}

function joined(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value;
}
