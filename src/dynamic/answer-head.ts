import { type Agent, type Dispatcher, errors } from 'undici';
import { InvalidAnswerError } from './upstream-fault.ts';

/**
 * Sends a request and waits for the head of its answer, past interim ones (RFC 9110 section 15.2).
 *
 * @throws InvalidAnswerError for a head that says what cannot be; what else undici throws; the signal's reason.
 */
export async function requestHead(
  agent: Agent,
  request: Dispatcher.RequestOptions,
): Promise<Dispatcher.ResponseData> {
  try {
    return await agent.request({ ...request, onInfo: ({ statusCode }) => refuseOddStatus(statusCode) });
  } catch (error) {
    const why = whyInvalid(error);
    throw why === null ? error : new InvalidAnswerError(why, error);
  }
}

/** undici takes any status below 200 for an interim one, then stumbles over its own assertions. */
function refuseOddStatus(status: number): void {
  if (status < 100) throw new InvalidAnswerError(`its status is ${status}`);
  if (status === 101) throw new InvalidAnswerError(switches);
}

const switches = 'it switches to another protocol, which nobody asked for';

/**
 * What undici 8.12 calls a broken socket or a wrong length, though it is the head that it cannot use. A 100 Continue
 * is a client's to skip (RFC 9110 section 15.2.1), but undici ends the connection at it and has no option for that.
 */
function whyInvalid(error: unknown): string | null {
  if (error instanceof errors.ResponseContentLengthMismatchError)
    return 'its head is malformed, or tells the length of the body in two ways';
  if (!(error instanceof errors.SocketError)) return null;
  if (error.message === 'bad response') return 'it begins with 100 Continue, which nobody asked for';
  return error.message === 'bad upgrade' ? switches : null;
}
