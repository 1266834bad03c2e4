import type { Call } from './call.ts';

/**
 * The `Via` of every request and response that is passed on, in a line after those of earlier gateways (RFC 9110 section
 * 7.6.3). The few messages that arrive as HTTP/1.0 get the same one.
 */
export const via = '1.1 rowgate';

/** Returns the header lines that the function gets: Rowgate's own, then those of the caller that the call carries, then Via. */
export function functionHeaders({ route, requestId, traceparent, headers }: Call): string[] {
  return [
    'host',
    route.functionUrl.host,
    'x-request-id',
    requestId,
    'traceparent',
    traceparent,
    ...headers,
    'via',
    via,
  ];
}
