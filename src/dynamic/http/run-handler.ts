import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Observe } from '../../observability/observation.ts';
import type { AdmittedRequest } from '../../server/admitted-request.ts';
import type { ExecuteCall } from '../call/execute-call.ts';
import type { RegistryStore } from '../registry/store.ts';
import { Exchange } from './exchange.ts';
import { matchCall } from './match-call.ts';

export type RunHandlerOptions = Readonly<{
  store: RegistryStore;
  executeCall: ExecuteCall;
  observe: Observe;
}>;

/** The only place where a call and an HTTP server meet: a Node request becomes a Call, a CallResult a Node response. */
export function createRunHandler(options: RunHandlerOptions) {
  return (incoming: IncomingMessage, outgoing: ServerResponse, request: AdmittedRequest): boolean => {
    const matched = matchCall(options.store, request);
    if (matched === undefined) return false;
    void run(options, new Exchange(incoming, outgoing, request, matched), request);
    return true;
  };
}

async function run(
  { executeCall, observe }: RunHandlerOptions,
  exchange: Exchange,
  { requestId, method, target }: AdmittedRequest,
): Promise<void> {
  try {
    const result = await executeCall(exchange.call(), exchange);
    if (result.kind !== 'abandoned') exchange.deliver(result);
  } catch (error) {
    observe({ kind: 'request_failed', requestId, method, path: target.path, error });
    exchange.fail();
  }
}
