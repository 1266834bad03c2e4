import { errors } from 'undici';
import { InformationalResponseError, InvalidResponseError } from './exchange-errors.ts';

const switchingProtocols = '101 Switching Protocols';

/**
 * Refuses interim responses (RFC 9110 section 15.2) that cannot be skipped; the others are. undici treats any status below
 * 200 as one, and then fails its own assertions.
 *
 * @throws InvalidResponseError for a status that does not exist; InformationalResponseError for a 101, after which no
 *   response follows.
 */
export function refuseInterim(status: number): void {
  if (status < 100) throw new InvalidResponseError(`its status is ${status}`);
  if (status === 101) throw new InformationalResponseError(switchingProtocols);
}

/**
 * Converts errors that undici 8.12 reports as a broken socket or a wrong length, although it is the head that is invalid.
 * Clients should skip a 100 Continue (RFC 9110 section 15.2.1), but undici closes the connection and has no option for it; it
 * skips 102, 103 and the others.
 */
export function asInvalidResponse(error: unknown): unknown {
  if (error instanceof errors.ResponseContentLengthMismatchError) {
    const why = 'its head is malformed, or declares the length of the body in two ways';
    return new InvalidResponseError(why, error);
  }
  if (!(error instanceof errors.SocketError)) return error;
  if (error.message === 'bad response') return new InformationalResponseError('100 Continue', error);
  return error.message === 'bad upgrade' ? new InformationalResponseError(switchingProtocols, error) : error;
}
