import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '../../errors.ts';
import type { Observe } from '../../observability/observation.ts';
import type { AdmittedRequest } from '../../server/admitted-request.ts';
import { discardUpload } from '../../server/discard-upload.ts';
import { writeProblem } from '../../server/write-problem.ts';
import type { Call } from '../call/call.ts';
import type { CallResult, CallTiming, Delivery } from '../call/call-result.ts';
import type { ExecuteCall } from '../call/execute-call.ts';
import type { RegistryStore } from '../store.ts';
import { incomingBody } from './incoming-body.ts';
import { type MatchedCall, matchCall } from './match-call.ts';
import { requestHeaders } from './request-headers.ts';
import { routeHeaders } from './route-headers.ts';
import { traceOf } from './trace-context.ts';
import { type Writing, writeResponse } from './write-response.ts';

export type RunHandlerOptions = Readonly<{
  store: RegistryStore;
  executeCall: ExecuteCall;
  observe: Observe;
  /** 32 hexadecimal digits. */
  newId: () => string;
}>;

/** The one place where a proxied call and an HTTP server meet: a Node request becomes a Call, a CallResult a Node response. */
export function createRunHandler(options: RunHandlerOptions) {
  return (incoming: IncomingMessage, outgoing: ServerResponse, request: AdmittedRequest): boolean => {
    const matched = matchCall(options.store, request);
    if (matched === undefined) return false;
    void run(options, incoming, outgoing, request, matched);
    return true;
  };
}

async function run(
  { executeCall, observe, newId }: RunHandlerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  request: AdmittedRequest,
  matched: MatchedCall,
): Promise<void> {
  const leaving = new AbortController();
  let delivery: Delivery | null = null;
  let writing: Writing | null = null;
  // After the last byte, and when the connection breaks: the one listener of a call.
  outgoing.on('close', () => {
    if (delivery === null) leaving.abort();
    else endDelivery(delivery, writing, outgoing);
    discardUpload(incoming);
  });
  try {
    const call = callOf(incoming, request, matched, newId);
    const result = await executeCall(call, leaving.signal);
    if (result.kind === 'abandoned') return;
    delivery = result.delivery;
    writing = deliver(result, incoming, outgoing, call, request);
    // It broke while the result was on its way here.
    if (outgoing.destroyed) endDelivery(delivery, writing, outgoing);
  } catch (error) {
    const { requestId, method, target } = request;
    observe({ kind: 'request_failed', requestId, method, path: target.path, error });
    failed(outgoing, request, matched);
  }
}

function callOf(
  incoming: IncomingMessage,
  { target, requestId, caller, clientAddress }: AdmittedRequest,
  { route, registryVersion }: MatchedCall,
  newId: () => string,
): Call {
  const { headers, rawHeaders } = incoming;
  const { traceparent, continued } = traceOf(firstOf(headers['traceparent']), newId());
  return {
    route,
    registryVersion,
    query: target.query,
    headers: requestHeaders(rawHeaders, headers.connection, !continued),
    body: incomingBody(incoming),
    requestId,
    traceparent,
    caller: { keyId: caller?.keyId ?? null, clientAddress },
  };
}

function deliver(
  result: Exclude<CallResult, { kind: 'abandoned' }>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  call: Call,
  { target, crossOriginHeaders }: AdmittedRequest,
): Writing {
  const { requestId, route } = call;
  const { lines: routeLines, replaced } = routeHeaders(route);
  const lines = ['x-registry-version', call.registryVersion, 'server-timing', serverTiming(result.timing)];
  lines.push(...routeLines, ...crossOriginHeaders);
  if (result.kind === 'response') {
    lines.push('x-request-id', requestId);
    return writeResponse(incoming, outgoing, result, { lines, replaced });
  }
  const context = { instance: target.path, requestId, workflowSlug: route.slug };
  const writing: Writing = { bytes: 0, error: undefined };
  result.delivery.begin((reason) => {
    writing.error = reason;
    outgoing.destroy();
  });
  writing.bytes = writeProblem(outgoing, result.problem, context, lines);
  return writing;
}

function endDelivery(delivery: Delivery, writing: Writing | null, outgoing: ServerResponse): void {
  const { bytes = 0, error } = writing ?? {};
  if (error !== undefined) delivery.end('cut', bytes, error);
  else delivery.end(outgoing.writableFinished ? 'whole' : 'abandoned', bytes);
}

/** A bug of ours, told with the id that is in the log. */
function failed(
  outgoing: ServerResponse,
  { target, requestId, crossOriginHeaders }: AdmittedRequest,
  { route, registryVersion }: MatchedCall,
): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const context = { instance: target.path, requestId, workflowSlug: route.slug };
  const lines = [...routeHeaders(route).lines, 'x-registry-version', registryVersion, ...crossOriginHeaders];
  writeProblem(outgoing, internalError, context, lines);
}

/** What a caller is told of a fault that nobody foresaw. */
export const internalError: Problem = {
  code: 'internal_error',
  detail: 'Rowgate failed while it handled this request; the fault is in its log under the request_id.',
};

/** Server Timing, section 3: how long the function and Rowgate took, in milliseconds, and how often the function was called. */
function serverTiming({ upstreamMs, gatewayMs, attempts }: CallTiming): string {
  return `upstream;dur=${upstreamMs}, gateway;dur=${gatewayMs}, attempts;desc="${attempts}"`;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
