import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { errorKinds } from '../errors.ts';
import type { Observe } from '../observability/observation.ts';
import type { AdmitRequest, RefusedRequest } from './admit-request.ts';
import type { AdmittedRequest } from './admitted-request.ts';
import { discardUpload } from './connections/discard-upload.ts';
import { problemResponse } from './problem-response.ts';
import { writeProblem } from './write-problem.ts';

/** Responds to one request. */
export type RequestHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/**
 * Responds to a request that calls a workflow.
 *
 * @returns false for any other request, which is left untouched.
 */
export type RunHandler = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  request: AdmittedRequest,
) => boolean;

/** Passes an admitted request to Hono. */
export type FetchAdmitted = (request: Request, admitted: AdmittedRequest) => Response | Promise<Response>;

export type RequestHandlerOptions = Readonly<{
  admit: AdmitRequest;
  run: RunHandler;
  fetch: FetchAdmitted;
  observe: Observe;
  /** Counts the unread bytes of Rowgate's own responses (waiting-bytes.ts). */
  countWaiting: (outgoing: ServerResponse) => void;
}>;

/**
 * Creates a handler that admits or refuses each request and passes it on. A call of a mounted workflow goes straight to its
 * handler, without a Request, a Response or a router in between (docs/decisions/0011 shows what that saves); Hono routes
 * everything else.
 */
export function createRequestHandler({
  admit,
  run,
  fetch,
  observe,
  countWaiting,
}: RequestHandlerOptions): RequestHandler {
  const route = createFetchListener(fetch);
  return (incoming, outgoing) => {
    const { headers, method = '', url = '' } = incoming;
    const admission = admit({
      method,
      target: url,
      header: (name) => textOf(headers[name]),
      clientAddress: incoming.socket.remoteAddress ?? null,
    });
    if (admission.kind === 'admitted') {
      if (run(incoming, outgoing, admission.request)) return;
      route(incoming, outgoing, admission.request);
    } else if (admission.kind === 'preflight') outgoing.writeHead(204, [...admission.headers]).end();
    else refuse(incoming, outgoing, admission, observe);
    countWaiting(outgoing);
    outgoing.once('close', () => discardUpload(incoming));
  };
}

function refuse(
  { method = '', socket }: IncomingMessage,
  outgoing: ServerResponse,
  { problem, path, requestId, keyId, crossOriginHeaders }: RefusedRequest,
  observe: Observe,
): void {
  writeProblem(outgoing, problem, { instance: path, requestId }, crossOriginHeaders);
  observe({
    kind: 'request_refused',
    requestId,
    method,
    path,
    status: errorKinds[problem.code].status,
    code: problem.code,
    keyId,
    clientAddress: socket.remoteAddress ?? null,
  });
}

function createFetchListener(fetch: FetchAdmitted) {
  const admittedOf = new WeakMap<object, AdmittedRequest>();
  const listener = getRequestListener(
    (request, env) => {
      const admitted = admittedOf.get(env.incoming);
      if (admitted === undefined) throw new Error('A request bypassed the gate.');
      return fetch(request, admitted);
    },
    // An HTTP/1.0 request may have no Host header, but its Request needs a host in the URL.
    { hostname: 'localhost', errorHandler: malformedResponse, autoCleanupIncoming: false },
  );
  return (incoming: IncomingMessage, outgoing: ServerResponse, request: AdmittedRequest): void => {
    admittedOf.set(incoming, request);
    void listener(incoming, outgoing);
  };
}

/** The response to a request that cannot be turned into a Request object. */
function malformedResponse(error: unknown): Response {
  const detail = `The request is malformed: ${error instanceof Error ? error.message : 'its URL is not valid'}.`;
  const requestId = crypto.randomUUID();
  return problemResponse({ code: 'invalid_request', detail }, { instance: '/', requestId });
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
