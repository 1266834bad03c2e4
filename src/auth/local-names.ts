/** Names by which a machine refers to itself (RFC 6761 section 6.3; 127.0.0.0/8 and ::1). */
const loopback = /^(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether a Host header's value, or an origin's host, is one that an open gateway accepts: without keys, a page of any
 * site could make a browser call it (DNS rebinding, cross-site posts).
 *
 * @param allowed further host names, in lower case.
 */
export function isLocalHost(host: string, allowed: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/:\d*$/, '');
  return loopback.test(name) || allowed.includes(name);
}

/** The same for an Origin header, which is `null` for pages without an origin. */
export function isLocalOrigin(
  origin: string,
  allowedHosts: readonly string[],
  allowedOrigins: readonly string[],
): boolean {
  if (allowedOrigins.includes('*') || allowedOrigins.includes(origin)) return true;
  return URL.canParse(origin) && isLocalHost(new URL(origin).host, allowedHosts);
}
