import type { buildConnector } from 'undici';

let isResetting = false;

/** Whether a connection is being reset right now: what its parser reports meanwhile comes from that, not from the function. */
export function isBeingReset(): boolean {
  return isResetting;
}

/**
 * Makes resets known while undici handles them. It takes one for the end of a body that has no length (client-h1.js,
 * `onHttpSocketError`), as RFC 9112 section 8 takes a closed connection: a caller would get a part as the whole.
 * Listeners run in the order in which they were added: ours before undici's, which handles the error at once. A call pays nothing for it.
 */
export function noticingResets(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      socket.on('error', () => {
        isResetting = true;
        queueMicrotask(() => {
          isResetting = false;
        });
      });
      callback(null, socket);
    });
  };
}
