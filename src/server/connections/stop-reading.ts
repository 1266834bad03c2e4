import type { Socket } from 'node:net';

/**
 * Makes Node drop whatever else arrives on a connection. A parser goes through all of a 64 KiB read in one go, whether its
 * socket is paused or destroyed, and keeps two objects for each of up to 3,600 requests: 100 connections that send so many took
 * 4 GB until their `close` events. Its callback for a new message can tell it to leave the rest of a read unparsed (2, as
 * after an upgrade), before a response is made. With 1,000 such connections the process grows by 60 MB.
 *
 * Node has no public function for this. Where its parser has none of these names, the connection is closed at once.
 */
export function stopReading(socket: Socket): void {
  const parser: unknown = Reflect.get(socket, 'parser');
  if (typeof parser === 'object' && parser !== null && 'onIncoming' in parser) parser.onIncoming = leaveRest;
  else socket.destroy();
}

function leaveRest(): number {
  return 2;
}
