/** Headers of one connection, never passed on (RFC 9110 section 7.6.1, RFC 9112 section 9; proxy-* by RFC 9110 11.7). */
const hopByHop: ReadonlySet<string> = new Set([
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
]);

/**
 * A test for the headers that end at this hop: the fixed ones, and those that this message's `Connection` header
 * lists. Names are compared in lower case.
 */
export function hopByHopTest(connection: string | null | undefined): (name: string) => boolean {
  if (connection === null || connection === undefined || isUsual(connection))
    return (name) => hopByHop.has(name);
  const listed = new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((token) => token.trim()),
  );
  return (name) => hopByHop.has(name) || listed.has(name);
}

function isUsual(connection: string): boolean {
  return connection === 'keep-alive' || connection === 'close';
}
