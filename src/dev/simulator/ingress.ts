import type { IncomingMessage } from 'node:http';
import type { CallStore } from './call-store.ts';
import { type Exchange, pause, sendResponse } from './exchange.ts';
import { CHAIN_FAULTS, isOneOf, REFUSALS } from './faults.ts';
import { respondAsFunction } from './responses/function-response.ts';
import type { Ids } from './ids.ts';
import { redirectToResult, serveHop } from './serve-hop.ts';
import { outcomeOf } from './outcome.ts';
import { platformResponse } from './responses/platform-responses.ts';
import { type ProxyAuth, refuseByHeaders } from './proxy-auth.ts';
import { callIdOf, parseTarget } from './request-target.ts';
import type { SimulatedFunction } from './simulated-function.ts';
import { parseSteering } from './steering.ts';

export type IngressOptions = Readonly<{
  findFunction: (label: string) => SimulatedFunction | undefined;
  proxyAuth: ProxyAuth | undefined;
  hopMs: number;
  nowMs: () => number;
  calls: CallStore;
  ids: Ids;
}>;

/** A request whose body has been read, with the label from its Host header, if any. */
export type ReceivedRequest = Readonly<{
  message: IncomingMessage;
  method: string;
  label: string | undefined;
  body: Uint8Array;
}>;

/**
 * Modal's ingress: finds the function, refuses what the platform refuses, then starts a call or continues one. Throws
 * SteeringError for invalid steering headers.
 */
export async function passIngress(
  received: ReceivedRequest,
  exchange: Exchange,
  options: IngressOptions,
): Promise<void> {
  const { label, method, message } = received;
  const simulated = label === undefined ? undefined : options.findFunction(label);
  if (label === undefined || simulated === undefined) {
    sendResponse(exchange, platformResponse('not-deployed'));
    return;
  }
  const refusal = refuseByHeaders(message.headers, options.proxyAuth);
  if (refusal !== undefined) {
    sendResponse(exchange, platformResponse(refusal));
    return;
  }
  const callId = callIdOf(parseTarget(exchange.target).query);
  if (callId === undefined) await startCall(received, exchange, { ...options, label, simulated });
  else await loadResult(exchange, { ...options, label, method, callId });
}

type ResultOptions = IngressOptions & Readonly<{ label: string; method: string; callId: string }>;

/**
 * A hop to a result URL. Its steering headers are ignored: a gateway sends the same ones on every hop, and the call was
 * steered when it started. An unknown id gets a 408, because a result may have expired (docs/modal.md, Errors).
 */
async function loadResult(exchange: Exchange, options: ResultOptions): Promise<void> {
  if (options.method !== 'GET') {
    sendResponse(exchange, platformResponse('bad-redirect'));
    return;
  }
  const call = options.calls.find(options.callId, options.label);
  if (call === undefined) sendResponse(exchange, platformResponse('expired'));
  else await serveHop(exchange, call, options);
}

type StartOptions = IngressOptions & Readonly<{ label: string; simulated: SimulatedFunction }>;

async function startCall(
  received: ReceivedRequest,
  exchange: Exchange,
  options: StartOptions,
): Promise<void> {
  const { method, body, message } = received;
  const steering = parseSteering(message.headers);
  const { fault, latencyMs, location } = steering;
  if (fault !== undefined && isOneOf(REFUSALS, fault)) {
    await pause(exchange, latencyMs);
    sendResponse(exchange, platformResponse(fault));
    return;
  }
  const id = options.ids.newCallId();
  const target = parseTarget(exchange.target);
  const contentType = message.headers['content-type'];
  const functionCall = { method, target, contentType, body, hasDocs: fault !== 'no-docs' };
  const outcome = outcomeOf(steering, id, () =>
    respondAsFunction(options.simulated, functionCall, options.ids.newId),
  );
  const readyAtMs = options.nowMs() + latencyMs;
  const call = { id, label: options.label, readyAtMs, location, ...outcome };
  if (fault !== undefined && isOneOf(CHAIN_FAULTS, fault)) redirectToResult(exchange, call, options.calls);
  else await serveHop(exchange, call, options);
}
