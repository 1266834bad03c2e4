import type { IncomingMessage } from 'node:http';
import { atEndOfTurn } from '../call/end-of-turn.ts';
import type { ByteAccount, CallBody, CollectedBody } from '../call/call.ts';

/** The body of a request, still to be read; null if its head declares none (RFC 9112 section 6.3). */
export function incomingBody(incoming: IncomingMessage): CallBody {
  const { 'content-length': declared, 'transfer-encoding': coding } = incoming.headers;
  if (declared === undefined && coding === undefined) return null;
  const announcedBytes = declared === undefined ? null : Number(declared);
  return {
    announcedBytes,
    collect: (limit, account) => collect(incoming, limit, account),
  };
}

/** Collects by events, chunk by chunk; the rest becomes an async iterator. */
function collect(incoming: IncomingMessage, limit: number, account: ByteAccount): Promise<CollectedBody> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const settle = (): void => {
      incoming.off('data', onData).off('end', onEnd).off('error', onError);
    };
    // Nothing arrives after the end, so the listeners need not be removed.
    const onEnd = (): void => {
      atEndOfTurn(() => resolve({ chunks, size, rest: null }));
    };
    const onError = (error: Error): void => {
      settle();
      // Node emits the same error again if the connection breaks after it.
      incoming.on('error', () => undefined);
      reject(error);
    };
    const onData = (chunk: Uint8Array): void => {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (account.takeBytes(chunk.byteLength) && size <= limit) return;
      settle();
      incoming.pause();
      resolve({ chunks, size, rest: restOf(incoming) });
    };
    if (limit < 0) resolve({ chunks, size, rest: restOf(incoming) });
    else incoming.on('data', onData).on('end', onEnd).on('error', onError);
  });
}

/** Stopping early must not destroy the connection, over which the response is yet to be sent. */
function restOf(incoming: IncomingMessage): AsyncIterator<Uint8Array> {
  return incoming.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
}
