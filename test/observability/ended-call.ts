import type { CallEnded } from '../../src/observability/observation.ts';

/** The end of a call whose caller got the whole response, with these changes. */
export function endedCall(changes: Partial<CallEnded> = {}): CallEnded {
  return {
    kind: 'call_ended',
    requestId: 'r',
    slug: 'a',
    outcome: 'whole',
    status: 200,
    code: null,
    upstreamMs: 1,
    gatewayMs: 1,
    totalMs: 2,
    attempts: 1,
    requestBytes: 2,
    responseBytes: 2,
    registryVersion: '1',
    keyId: null,
    clientAddress: null,
    ...changes,
  };
}
