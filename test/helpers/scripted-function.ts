import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What a function does with its nth call, counted from 0. */
export type Script = (call: number, response: ServerResponse, request: IncomingMessage) => unknown;

export type ScriptedFunction = AsyncDisposable &
  Readonly<{
    /** For UPSTREAM_CONNECT_TO. */
    origin: string;
    /** Times that it was called so far. */
    calls: () => number;
    /** Calls that have no complete response yet, and are still connected. */
    open: () => number;
  }>;

/** A function that does by its nth call what a test needs, where the simulator does the same each time. */
export async function startScriptedFunction(script: Script): Promise<ScriptedFunction> {
  let calls = 0;
  let open = 0;
  const listener: RequestListener = (request, response) => {
    const call = calls;
    calls += 1;
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    script(call, response, request);
  };
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The function has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    calls: () => calls,
    open: () => open,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Responds 200 with this JSON, once the request's body has arrived. */
export async function respondJson(
  response: ServerResponse,
  request: IncomingMessage,
  body: unknown = { ok: true },
) {
  await buffer(request);
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

/** Responds as the platform does, in one line of plain text. */
export function respondPlatformError(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(text);
}
