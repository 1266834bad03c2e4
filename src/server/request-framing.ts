import type { IncomingMessage } from 'node:http';
import type { Problem } from '../errors.ts';
import { isValidHost } from './request-host.ts';

/** More than any caller sends; 16 KiB of headers could contain thousands of short ones. */
const maxHeaders = 200;

/**
 * Returns the problem of a request that Node's parser accepts but that two servers could read differently, so that a request
 * might be smuggled past one (RFC 9112, sections 3.2, 6.1 and 11.2). The connection cannot carry another one afterwards.
 */
export function framingFault({ httpVersion, rawHeaders, headers, url }: IncomingMessage): Problem | null {
  if (rawHeaders.length > 2 * maxHeaders) {
    return {
      code: 'headers_too_large',
      detail: `The request has more than ${maxHeaders} headers.`,
    };
  }
  const isOld = httpVersion === '1.0';
  if (!isOld && httpVersion !== '1.1') return malformed(`HTTP/${httpVersion} is not supported; use HTTP/1.1`);
  const hosts = countOf('host', rawHeaders);
  // HTTP/1.0 does not require a Host, and the health checks of some load balancers send none.
  if (hosts > 1 || (headers.host ?? '') === '') {
    if (hosts > 0 || !isOld)
      return malformed('it must have exactly one Host header, which must not be empty');
  }
  if (headers.host !== undefined && headers.host !== '' && !isValidHost(headers.host))
    return malformed('its Host header is not a valid host, with or without a port up to 65535');
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (isOld || coding.toLowerCase() !== 'chunked'))
    return malformed('the only Transfer-Encoding supported is chunked, in HTTP/1.1');
  // RFC 9110 section 9.3.7: `OPTIONS *` asks about the server as a whole, for which Rowgate has no options.
  if (url === '*') return malformed('the target * is not supported');
  if (url?.includes('#') === true)
    return malformed('its target contains a fragment (#), which must not be sent to a server');
  if (url?.includes('\\') === true)
    return malformed('its target contains a backslash, which is not allowed in a URL');
  return null;
}

function malformed(why: string): Problem {
  return { code: 'invalid_request', detail: `The request is malformed: ${why}.` };
}

/** Counts the headers of a name: Node's `headers` has only the first Host. Names of another length are not lower-cased. */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const other = rawHeaders[index];
    if (other?.length === name.length && other.toLowerCase() === name) count += 1;
  }
  return count;
}
