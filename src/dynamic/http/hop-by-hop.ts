/** Headers of one connection, never passed on (RFC 9110 section 7.6.1, RFC 9112 section 9; proxy-* by RFC 9110 11.7). */
export const hopByHopHeaders = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'proxy-authentication-info',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
] as const;

/**
 * Returns the further headers that end at this hop: those that this message's `Connection` header lists, in lower case; null
 * if it lists none.
 */
export function listedByConnection(connection: string | undefined): ReadonlySet<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null;
  return new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((token) => token.trim()),
  );
}
