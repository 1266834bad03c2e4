import { errors } from 'undici';
import { InformationalResponseError, InvalidResponseError } from './exchange-errors.ts';

const switchingProtocols = '101 Switching Protocols';

/**
 * Interim responses (RFC 9110 section 15.2) are passed over; undici takes any status below 200 for one, then stumbles over its
 * own assertions.
 *
 * @throws InvalidResponseError for one that does not exist; InformationalResponseError for a 101, after which no response follows.
 */
export function refuseInterim(status: number): void {
  if (status < 100) throw new InvalidResponseError(`its status is ${status}`);
  if (status === 101) throw new InformationalResponseError(switchingProtocols);
}

/**
 * What undici 8.12 calls a broken socket or a wrong length, though it is the head that it cannot use. A 100 Continue
 * is a client's to skip (RFC 9110 section 15.2.1), but undici ends the connection at it and has no option for that; it skips 102,
 * 103 and the others.
 */
export function asInvalidResponse(error: unknown): unknown {
  if (error instanceof errors.ResponseContentLengthMismatchError) {
    const why = 'its head is malformed, or gives the length of the body in two ways';
    return new InvalidResponseError(why, error);
  }
  if (!(error instanceof errors.SocketError)) return error;
  if (error.message === 'bad response') return new InformationalResponseError('100 Continue', error);
  return error.message === 'bad upgrade' ? new InformationalResponseError(switchingProtocols, error) : error;
}
