import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Sends 100 Continue when somebody reads the body, not before: a caller whose request is refused by its head gets the response at
 * once, and need not send the body (RFC 9110 section 10.1.1).
 */
export function continueWhenRead(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const read = incoming.read.bind(incoming);
  incoming.read = (size): unknown => {
    incoming.read = read;
    if (!outgoing.headersSent) outgoing.writeContinue();
    return read(size);
  };
}
