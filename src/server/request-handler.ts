import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { errorKinds } from '../errors.ts';
import type { Observe } from '../observability/observation.ts';
import type { AdmitRequest, RefusedRequest } from './admit-request.ts';
import type { AdmittedRequest } from './admitted-request.ts';
import { discardUpload } from './connections/discard-upload.ts';
import { headerPairs } from './header-lines.ts';
import { internalError } from './internal-error.ts';
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
  const route = createFetchListener(fetch, observe);
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

/** A host that the URL parser accepts; no route reads the host of its request. */
const anyHost = 'localhost';

/**
 * Passes requests to Hono by way of @hono/node-server, which makes a URL of the target and the Host header, and refuses what
 * it cannot read, unobserved. It gets the target in origin form, as it was parsed here, and a host of our own, so that it has
 * nothing left to decide: the admission was the decision.
 */
function createFetchListener(fetch: FetchAdmitted, observe: Observe) {
  return (incoming: IncomingMessage, outgoing: ServerResponse, request: AdmittedRequest): void => {
    const { path, query } = request.target;
    incoming.url = query === '' ? path : `${path}?${query}`;
    incoming.headers.host = anyHost;
    // One for each request, which costs nothing: so an error, too, knows its request.
    const listener = getRequestListener((received) => fetch(received, request), {
      errorHandler: (error) => failedResponse(error, request, observe),
      autoCleanupIncoming: false,
    });
    void listener(incoming, outgoing);
  };
}

/** The response to a request whose route could not respond, and did not say why. */
function failedResponse(error: unknown, request: AdmittedRequest, observe: Observe): Response {
  const { requestId, method, target, crossOriginHeaders } = request;
  const { path } = target;
  observe({ kind: 'request_failed', requestId, method, path, error });
  const headers = Object.fromEntries(headerPairs(crossOriginHeaders));
  return problemResponse(internalError, { instance: path, requestId }, headers);
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
