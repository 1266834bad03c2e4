import type { Socket } from 'node:net';

/**
 * Makes Node drop whatever else arrives on a connection. Its parser processes a whole 64 KiB read at once, even if the socket
 * is paused or destroyed, and keeps two objects for each of up to 3,600 requests: 100 connections that sent this many took 4
 * GB until their `close` events. The parser's callback for a new message can make it leave the rest of a read unparsed (by
 * returning 2, as after an upgrade), before a response is created. With 1,000 such connections the process grows by 60 MB.
 *
 * Node has no public function for this. If the parser does not have these properties, the connection is closed at once.
 */
export function stopReading(socket: Socket): void {
  const parser: unknown = Reflect.get(socket, 'parser');
  if (typeof parser === 'object' && parser !== null && 'onIncoming' in parser) parser.onIncoming = leaveRest;
  else socket.destroy();
}

function leaveRest(): number {
  return 2;
}
