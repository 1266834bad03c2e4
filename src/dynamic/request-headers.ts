import { hopByHopTest } from './hop-by-hop.ts';

/**
 * What the caller sent for us and not for the function (credentials, cookies), what is written anew for the next hop
 * (host, length, request id, trace), and `expect`, which was answered here already.
 */
const keptHere: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'cookie',
  'host',
  'content-length',
  'expect',
  'x-request-id',
  'traceparent',
]);

/** Modal's own headers: the platform refuses some of them, and others carry its credentials. */
const platformPrefix = 'modal-';

/** What Rowgate adds for the function. */
export type AddedHeaders = Readonly<{
  host: string;
  requestId: string;
  traceparent: string;
  dropTraceState: boolean;
}>;

/**
 * The header lines that the function gets, as undici's flat list of names and values: the caller's without those
 * that end here, and ours.
 */
export function requestHeaders(incoming: Headers, added: AddedHeaders): string[] {
  const endsHere = hopByHopTest(incoming.get('connection'));
  const lines = ['host', added.host, 'x-request-id', added.requestId, 'traceparent', added.traceparent];
  for (const [name, value] of incoming) {
    if (endsHere(name) || keptHere.has(name) || name.startsWith(platformPrefix)) continue;
    if (name === 'tracestate' && added.dropTraceState) continue;
    lines.push(name, value);
  }
  return lines;
}
