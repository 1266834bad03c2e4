import { platformHeaderPrefix } from '../../modal/names.ts';
import { hopByHopHeaders, listedByConnection } from './hop-by-hop.ts';

/**
 * Headers that are not forwarded: those meant for Rowgate and not for the function (credentials, cookies), those written anew
 * for the next hop (host, length, request id, trace), and `expect`, which the listener has handled.
 */
const endsHere: ReadonlySet<string> = new Set([
  ...hopByHopHeaders,
  'authorization',
  'x-api-key',
  'cookie',
  'host',
  'content-length',
  'expect',
  'x-request-id',
  'traceparent',
]);

/**
 * Returns the caller's header lines that the function may see, unchanged.
 *
 * @param rawHeaders flat list of names and values, as Node provides it.
 * @param connection the `Connection` header.
 * @param dropTraceState whether the trace that a `tracestate` belongs to is not continued.
 */
export function requestHeaders(
  rawHeaders: readonly string[],
  connection: string | undefined,
  dropTraceState: boolean,
): readonly string[] {
  const listed = listedByConnection(connection);
  const lines: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name, value] = [rawHeaders[index] ?? '', rawHeaders[index + 1] ?? ''];
    const known = name.toLowerCase();
    if (endsHere.has(known) || known.startsWith(platformHeaderPrefix)) continue;
    if (listed?.has(known) === true || (dropTraceState && known === 'tracestate')) continue;
    lines.push(name, value);
  }
  return lines;
}
