/** The names of the query parameter that marks a result URL: the documented one and a newer one (docs/modal.md, seen). */
export const CALL_PARAMETERS = ['__modal_function_call_id', '__modal_attempt_token'] as const;
export type CallParameter = (typeof CALL_PARAMETERS)[number];

/** A request target split at its `?`; the query is as sent, without the `?`. */
export type RequestTarget = Readonly<{ path: string; query: string }>;

/** Splits origin-form and absolute-form targets (RFC 9112 section 3.2); an empty path is `/`. */
export function parseTarget(target: string): RequestTarget {
  const relative = target.replace(/^https?:\/\/[^/?]*/i, '');
  const [path = '', ...rest] = relative.split('?');
  return { path: path === '' ? '/' : path, query: rest.join('?') };
}

/** The call id in a result URL, or undefined if the URL starts a new call. */
export function callIdOf(query: string): string | undefined {
  const parameters = new URLSearchParams(query);
  for (const name of CALL_PARAMETERS) {
    const id = parameters.get(name);
    if (id !== null) return id;
  }
  return undefined;
}

/** The same target as a result URL: the caller's query byte for byte, the call's parameter last. */
export function resultTarget({ path, query }: RequestTarget, parameter: CallParameter, id: string): string {
  const kept = query
    .split('&')
    .filter((pair) => pair !== '' && !CALL_PARAMETERS.some((name) => pair.startsWith(`${name}=`)));
  return `${path}?${[...kept, `${parameter}=${id}`].join('&')}`;
}
