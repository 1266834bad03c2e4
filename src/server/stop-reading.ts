import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Turns } from './turns.ts';

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

/** What is joined into one piece: smaller than one read, so that what is not joined is passed on without a copy. */
const smallBytes = 4 * 1024;
const pieceBytes = 64 * 1024;

/**
 * Joins the small chunks of a chunked body that were read together. Node makes a buffer and an event for each chunk, so that a
 * body in chunks of one byte took 200 times its size in memory, and 50 ms of the event loop for each read of 64 KiB: ten callers
 * without a key kept everybody else waiting for four seconds.
 *
 * Its connection is not read until what was joined is passed on, which happens in a turn of its own.
 *
 * @param turns starts one piece of work in each turn of the event loop.
 */
export function joinSmallChunks(incoming: IncomingMessage, turns: Turns): void {
  const { socket } = incoming;
  const push = incoming.push.bind(incoming);
  let bytesRead = -1;
  let piece: Buffer | null = null;
  let size = 0;
  const passOn = (): void => {
    if (piece === null) return;
    const joined = piece.subarray(0, size);
    piece = null;
    push(joined);
  };
  incoming.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    const isJoined =
      Buffer.isBuffer(chunk) && chunk.byteLength <= smallBytes && socket.bytesRead === bytesRead;
    bytesRead = socket.bytesRead;
    if (!isJoined) {
      passOn();
      return push(chunk, encoding);
    }
    if (piece !== null && size + chunk.byteLength > piece.byteLength) passOn();
    if (piece === null) {
      piece = Buffer.allocUnsafeSlow(pieceBytes);
      size = 0;
      turns.add(passOn);
    }
    size += chunk.copy(piece, size);
    return false;
  };
}
