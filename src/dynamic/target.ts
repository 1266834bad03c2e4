/** Path and query of a request as they were sent: nothing decoded, nothing normalised. */
export type Target = Readonly<{ path: string; query: string }>;

/** Parameters of the platform's own protocol: a caller's would let it load somebody else's result. */
const platformParameter = '__modal_';

/** Splits a request target (RFC 9112 section 3.2), in origin form or absolute form. The query has no `?`. */
export function parseTarget(target: string): Target {
  const local = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const mark = local.indexOf('?');
  return mark === -1
    ? { path: local, query: '' }
    : { path: local.slice(0, mark), query: local.slice(mark + 1) };
}

/**
 * The query that goes to the function: the row's own (`search`, with its `?`), then the caller's without the
 * platform's parameters. What is kept is kept byte for byte.
 */
export function upstreamQuery(search: string, callersQuery: string): string {
  if (callersQuery === '') return search;
  const kept = callersQuery
    .split('&')
    .filter((pair) => !isPlatformParameter(pair))
    .join('&');
  if (kept === '') return search;
  return search === '' ? `?${kept}` : `${search}&${kept}`;
}

function isPlatformParameter(pair: string): boolean {
  if (!pair.includes('%') && !pair.includes('+')) return pair.startsWith(platformParameter);
  const [name] = new URLSearchParams(pair).keys();
  return name?.trim().startsWith(platformParameter) ?? false;
}
