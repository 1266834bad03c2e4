import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

type HeadLines = OutgoingHttpHeaders | OutgoingHttpHeader[];

export type OwnResponseOptions = Readonly<{
  /** Whether responses close their connection, including those to earlier requests. Called when each head is written. */
  isClosing: () => boolean;
  /** Called when the last byte of a response has been passed to its connection. */
  ended: (socket: Socket, response: ServerResponse) => void;
}>;

/** Creates the class of a server's responses; Node instantiates it and calls these methods itself. */
export function ownResponse({ isClosing, ended }: OwnResponseOptions) {
  return class extends ServerResponse {
    override writeHead(status: number, reasonOrHeaders?: string | HeadLines, headers?: HeadLines): this {
      if (isClosing() || (!this.req.complete && hasLargeBody(this.req))) this.shouldKeepAlive = false;
      return typeof reasonOrHeaders === 'string'
        ? super.writeHead(status, reasonOrHeaders, headers)
        : super.writeHead(status, reasonOrHeaders);
    }

    override detachSocket(socket: Socket): void {
      super.detachSocket(socket);
      ended(socket, this);
    }
  };
}

/** A body that is still arriving when its response begins is read to its end only if it is known to be this small. */
const smallBodyBytes = 64 * 1024;

/** Whether so much of a request may still arrive that its connection is closed rather than reused. */
function hasLargeBody({ headers }: IncomingMessage): boolean {
  // One that its caller holds back until it is asked for may never come.
  if (headers.expect !== undefined) return true;
  const length = headers['content-length'];
  return length === undefined ? headers['transfer-encoding'] !== undefined : Number(length) > smallBodyBytes;
}
