import type { Call } from './call.ts';

/**
 * The `Via` of every request and response that is passed on, in a line after those of the gateways before us (RFC 9110
 * section 7.6.3). The few messages that arrive as HTTP/1.0 get the same.
 */
export const via = '1.1 rowgate';

/** The header lines that the function gets: ours first, then the caller's as far as the call carries them, then Via. */
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
