import { STATUS_CODES } from 'node:http';
import { type Answer, jsonAnswer, textAnswer, withHeaders } from './responses/function-reply.ts';
import { type Delivery, type Exchange, sendAnswer, sendHead, writeChunks } from './exchange.ts';
import { FAILURES, isOneOf, WIRE_FAULTS } from './faults.ts';
import { callIdHeader } from './hops.ts';
import { paddedBytes, paddedChunks } from './responses/padded-body.ts';
import { platformAnswer } from './responses/platform-responses.ts';
import type { Steering } from './steering.ts';
import { deliverWireFault, sendReset } from './wire-faults.ts';

/** How a started call ends, and how much memory it takes to keep that. */
export type Outcome = Readonly<{ deliver: Delivery; heldBytes: number }>;

/**
 * The outcome of a call. Steering wins over everything that the function would do by itself, its validation included,
 * so that each row of docs/modal.md can be met with any body.
 */
export function outcomeOf(steering: Steering, callId: string, answerOfFunction: () => Answer): Outcome {
  const own = steeredAnswer(steering) ?? answerOfFunction();
  const extra = isOneOf(FAILURES, steering.fault ?? '') ? [] : steering.setHeaders;
  const answer = withHeaders(own, [callIdHeader(callId), ...extra]);
  return { deliver: deliveryOf(steering, answer), heldBytes: Buffer.byteLength(answer.body) };
}

/** The answer that `x-sim-status` or `x-sim-fault` asks for, if it asks for one. */
function steeredAnswer({ fault, status }: Steering): Answer | undefined {
  if (fault !== undefined && isOneOf(FAILURES, fault)) return platformAnswer(fault);
  if (fault === 'exception') return textAnswer(500, 'Internal Server Error');
  if (fault === 'soft-failure') {
    return jsonAnswer(200, { success: false, error: 'Simulated: the provider found nothing.' });
  }
  // HTTPException without a detail gives the phrase (starlette/exceptions.py).
  if (status !== undefined) return jsonAnswer(status, { detail: STATUS_CODES[status] ?? 'Simulated' });
  return undefined;
}

function deliveryOf({ fault, responseBytes }: Steering, answer: Answer): Delivery {
  if (fault !== undefined && isOneOf(WIRE_FAULTS, fault)) {
    return (exchange) => deliverWireFault(exchange, fault, { answer, responseBytes });
  }
  const whole: Delivery = (exchange) => sendPadded(exchange, answer, responseBytes);
  if (fault === 'expired-result')
    return firstThen((exchange) => sendAnswer(exchange, platformAnswer('expired')), whole);
  if (fault === 'reset-result') return firstThen(sendReset, whole);
  return whole;
}

/** Another delivery the first time: a result that cannot be loaded at first, and then can. */
function firstThen(first: Delivery, later: Delivery): Delivery {
  let isFirst = true;
  return (exchange) => {
    const delivery = isFirst ? first : later;
    isFirst = false;
    return delivery(exchange);
  };
}

/** Only a JSON answer of the function is stretched; refusals keep their exact bytes. */
async function sendPadded(
  exchange: Exchange,
  answer: Answer,
  atLeastBytes: number | undefined,
): Promise<void> {
  if (atLeastBytes === undefined || answer.status !== 200 || !answer.body.endsWith('}')) {
    sendAnswer(exchange, answer);
    return;
  }
  sendHead(exchange.response, answer, paddedBytes(answer.body, atLeastBytes));
  await writeChunks(exchange, paddedChunks(answer.body, atLeastBytes));
  exchange.response.end();
}
