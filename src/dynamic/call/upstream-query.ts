import { platformParameterPrefix } from '../../modal/names.ts';

/**
 * Returns the query for the function: the row's own (`search`, with its `?`), then the caller's without the platform's
 * parameters, byte for byte.
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
  if (!pair.includes('%') && !pair.includes('+')) return pair.startsWith(platformParameterPrefix);
  const [name] = new URLSearchParams(pair).keys();
  return name?.trim().startsWith(platformParameterPrefix) ?? false;
}
