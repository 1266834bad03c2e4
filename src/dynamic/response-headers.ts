import { hopByHopTest } from './hop-by-hop.ts';

/**
 * What a function must not say in our name: it shares our origin with every other function, so cookies, CORS and
 * statements about the origin as a whole (HSTS, Clear-Site-Data, Alt-Svc) would speak for all of them.
 */
const dropped: ReadonlySet<string> = new Set([
  'set-cookie',
  'clear-site-data',
  'strict-transport-security',
  'alt-svc',
  'date',
  'x-request-id',
  'x-workflow',
  'x-registry-version',
]);
const droppedPrefix = 'access-control-';

/** On every answer of a function: browsers neither guess its type nor run it as a page of our origin. */
const isolation = { 'x-content-type-options': 'nosniff', 'content-security-policy': 'sandbox' } as const;

/**
 * The function's headers as the caller gets them, names in lower case. Lines of the same name are joined by a comma
 * (RFC 9110 section 5.3). `content-length` is kept only where the body is passed on as a stream of that length.
 */
export function responseHeaders(
  upstream: Readonly<Record<string, string | string[] | undefined>>,
  keepLength: boolean,
): Record<string, string> {
  const endsHere = hopByHopTest(joined(upstream['connection']));
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(upstream)) {
    if (value === undefined || endsHere(name) || dropped.has(name) || name.startsWith(droppedPrefix))
      continue;
    if (name === 'content-length' && !keepLength) continue;
    headers[name] = joined(value) ?? '';
  }
  return Object.assign(headers, isolation);
}

function joined(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value;
}
