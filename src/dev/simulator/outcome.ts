import { STATUS_CODES } from 'node:http';
import {
  type SimulatedResponse,
  jsonResponse,
  textResponse,
  withHeaders,
} from './responses/simulated-response.ts';
import { type Delivery, type Exchange, sendResponse, sendHead, writeChunks } from './exchange.ts';
import { FAILURES, isOneOf, WIRE_FAULTS } from './faults.ts';
import { callIdHeader } from './serve-hop.ts';
import { paddedBytes, paddedChunks } from './responses/padded-body.ts';
import { platformResponse } from './responses/platform-responses.ts';
import type { Steering } from './steering.ts';
import { deliverWireFault, sendReset } from './wire-faults.ts';

/** How a started call ends, and how much memory its result takes. */
export type Outcome = Readonly<{ deliver: Delivery; bufferedBytes: number }>;

/**
 * The outcome of a call. Steering takes precedence over everything the function would do by itself, validation
 * included, so that each row of docs/modal.md can be triggered with any body.
 */
export function outcomeOf(
  steering: Steering,
  callId: string,
  respondAsFunction: () => SimulatedResponse,
): Outcome {
  const own = steeredResponse(steering) ?? respondAsFunction();
  const extra = isOneOf(FAILURES, steering.fault ?? '') ? [] : steering.setHeaders;
  const response = withHeaders(own, [callIdHeader(callId), ...extra]);
  return { deliver: deliveryOf(steering, response), bufferedBytes: Buffer.byteLength(response.body) };
}

/** The response requested by `x-sim-status` or `x-sim-fault`, if any. */
function steeredResponse({ fault, status }: Steering): SimulatedResponse | undefined {
  if (fault !== undefined && isOneOf(FAILURES, fault)) return platformResponse(fault);
  if (fault === 'exception') return textResponse(500, 'Internal Server Error');
  if (fault === 'soft-failure') {
    return jsonResponse(200, { success: false, error: 'Simulated: the provider found nothing.' });
  }
  // HTTPException without a detail uses the reason phrase (starlette/exceptions.py).
  if (status !== undefined) return jsonResponse(status, { detail: STATUS_CODES[status] ?? 'Simulated' });
  return undefined;
}

function deliveryOf({ fault, responseBytes }: Steering, response: SimulatedResponse): Delivery {
  if (fault !== undefined && isOneOf(WIRE_FAULTS, fault)) {
    return (exchange) => deliverWireFault(exchange, fault, { response, responseBytes });
  }
  const whole: Delivery = (exchange) => sendPadded(exchange, response, responseBytes);
  if (fault === 'expired-result')
    return firstThen((exchange) => sendResponse(exchange, platformResponse('expired')), whole);
  if (fault === 'reset-result') return firstThen(sendReset, whole);
  return whole;
}

/** Uses another delivery the first time: for a result that cannot be loaded at first and then can. */
function firstThen(first: Delivery, later: Delivery): Delivery {
  let isFirst = true;
  return (exchange) => {
    const delivery = isFirst ? first : later;
    isFirst = false;
    return delivery(exchange);
  };
}

/** Pads only a JSON response of the function; refusals keep their exact bytes. */
async function sendPadded(
  exchange: Exchange,
  response: SimulatedResponse,
  atLeastBytes: number | undefined,
): Promise<void> {
  if (atLeastBytes === undefined || response.status !== 200 || !response.body.endsWith('}')) {
    sendResponse(exchange, response);
    return;
  }
  sendHead(exchange.serverResponse, response, paddedBytes(response.body, atLeastBytes));
  await writeChunks(exchange, paddedChunks(response.body, atLeastBytes));
  exchange.serverResponse.end();
}
