import { errors } from 'undici';
import { InvalidResponseError } from './exchange-errors.ts';

const switchesProtocol = 'it switches to another protocol, which nobody asked for';

/**
 * Interim responses (RFC 9110 section 15.2) are passed over; undici takes any status below 200 for one, then stumbles over its
 * own assertions.
 *
 * @throws InvalidResponseError for one that does not exist, or that nobody asked for.
 */
export function refuseInterim(status: number): void {
  if (status < 100) throw new InvalidResponseError(`its status is ${status}`);
  if (status === 101) throw new InvalidResponseError(switchesProtocol);
}

/**
 * What undici 8.12 calls a broken socket or a wrong length, though it is the head that it cannot use. A 100 Continue
 * is a client's to skip (RFC 9110 section 15.2.1), but undici ends the connection at it and has no option for that.
 */
export function asInvalidResponse(error: unknown): unknown {
  const why = whyInvalid(error);
  return why === null ? error : new InvalidResponseError(why, error);
}

function whyInvalid(error: unknown): string | null {
  if (error instanceof errors.ResponseContentLengthMismatchError)
    return 'its head is malformed, or gives the length of the body in two ways';
  if (!(error instanceof errors.SocketError)) return null;
  if (error.message === 'bad response') return 'it begins with 100 Continue, which nobody asked for';
  return error.message === 'bad upgrade' ? switchesProtocol : null;
}
