import { platformHeaderPrefix } from '../../modal/names.ts';
import { hopByHopHeaders, listedByConnection } from './hop-by-hop.ts';

/**
 * What ends here: what the caller sent to Rowgate and not to the function (credentials, cookies), what is written anew for the
 * next hop (host, length, request id, trace), and `expect`, which the listener has handled.
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
 * The caller's header lines that the function may see, as they were sent.
 *
 * @param rawHeaders flat list of names and values, as Node has it.
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
