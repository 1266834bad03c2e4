/** Matches nearly every host that is sent, and only what is a host in a URL, too: not `127.0.0.256` or `localhost:65536`. */
const usualHost = /^(?:[a-z0-9_-]+\.)*[a-z][a-z0-9_]*(?::(?:\d{1,4}|[1-5]\d{4}))?$/i;

/** RFC 3986 section 3.2: a registered name, an IPv4 or an IPv6 address, then perhaps a colon and a port, which may be empty. */
const uriHost = /^(?:(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** The last valid host, which nearly every request repeats: comparing takes 0.02 µs, the pattern 0.6. */
let lastHost = '';

/**
 * Whether the value of a Host header, or the host and port of a target in absolute form, is valid (RFC 9110 section 7.2):
 * RFC 3986 and the WHATWG URL parser must both accept it. The latter also converts what is not ASCII, the former knows no
 * limit of ports.
 */
export function isValidHost(host: string): boolean {
  if (host === lastHost) return true;
  const isValid = usualHost.test(host) || (uriHost.test(host) && URL.canParse(`http://${host}/`));
  if (isValid) lastHost = host;
  return isValid;
}
