import { errorKinds } from '../errors.ts';
import type { Observe } from '../observability/observation.ts';
import type { AdmitRequest, ReceivedRequest } from './admit-request.ts';
import { headerPairs } from './header-lines.ts';
import { problemResponse } from './problem-response.ts';
import type { FetchAdmitted } from './request-handler.ts';

export type FetchHandlerOptions = Readonly<{ admit: AdmitRequest; fetch: FetchAdmitted; observe: Observe }>;

/** Creates a handler for Requests that did not arrive over a socket; they pass through the same gate as those that did. */
export function createFetchHandler({ admit, fetch, observe }: FetchHandlerOptions) {
  return (request: Request): Response | Promise<Response> => {
    const admission = admit(receivedFrom(request));
    if (admission.kind === 'admitted') return fetch(request, admission.request);
    if (admission.kind === 'preflight')
      return new Response(null, { status: 204, headers: headerPairs(admission.headers) });
    const { problem, path, requestId, keyId, crossOriginHeaders } = admission;
    const { method } = request;
    const { status } = errorKinds[problem.code];
    observe({
      kind: 'request_refused',
      requestId,
      method,
      path,
      status,
      code: problem.code,
      keyId,
      clientAddress: null,
    });
    return problemResponse(
      problem,
      { instance: path, requestId },
      Object.fromEntries(headerPairs(crossOriginHeaders)),
    );
  };
}

function receivedFrom({ method, url, headers }: Request): ReceivedRequest {
  return { method, target: url, header: (name) => headers.get(name) ?? undefined, clientAddress: null };
}
