import type { Gate } from '../auth/gate.ts';
import type { Problem } from '../errors.ts';
import { withoutUserinfo } from '../json-schema/quoted.ts';
import { runPrefix } from '../schemas/run-prefix.ts';
import type { AdmittedRequest } from './admitted-request.ts';
import type { CrossOrigin } from './cross-origin.ts';
import { requestIdOf } from './request-id.ts';
import { parseRequestTarget, targetFault } from './request-target.ts';

/** A request as received, over a socket or from a test. */
export type ReceivedRequest = Readonly<{
  method: string;
  /** As it was sent (RFC 9112 section 3.2). */
  target: string;
  /** The value of a header, by its name in lower case. */
  header: (name: string) => string | undefined;
  clientAddress: string | null;
}>;

/** The decision on a request before any route sees it. */
export type RequestAdmission =
  | Readonly<{ kind: 'admitted'; request: AdmittedRequest }>
  | Readonly<{ kind: 'preflight'; headers: readonly string[] }>
  | RefusedRequest;

/** A request that is not admitted; the problem document shows its path. */
export type RefusedRequest = Readonly<{
  kind: 'refused';
  problem: Problem;
  path: string;
  requestId: string;
  keyId: string | null;
  crossOriginHeaders: readonly string[];
}>;

/** The only gate of the server: every request passes through it, however it arrived. */
export type AdmitRequest = (received: ReceivedRequest) => RequestAdmission;

export type AdmitRequestOptions = Readonly<{
  gate: Gate;
  /** Null if pages of other origins may not call. */
  crossOrigin: CrossOrigin | null;
  /** 32 hexadecimal digits. */
  newId: () => string;
}>;

const noHeaders: readonly string[] = [];
const longestPathShown = 200;

/**
 * Creates the admission of requests, which parses each target once and passes it to the gate. A target of another form, or whose
 * path a URL parser would rewrite, is not found (request-target.ts), before the gate decides; a preflight (Fetch standard) gets its response first,
 * since browsers send it without credentials.
 */
export function createAdmitRequest({ gate, crossOrigin, newId }: AdmitRequestOptions): AdmitRequest {
  return ({ method, target: rawTarget, header, clientAddress }) => {
    const origin = header('origin');
    const isPreflight =
      crossOrigin !== null &&
      method === 'OPTIONS' &&
      origin !== undefined &&
      header('access-control-request-method') !== undefined;
    if (isPreflight) {
      const headers = crossOrigin.preflightHeaders(origin, header('access-control-request-headers'));
      return { kind: 'preflight', headers };
    }
    const crossOriginHeaders = crossOrigin?.headersFor(origin) ?? noHeaders;
    const ownId = newId();
    const requestId = requestIdOf(header('x-request-id'), ownId);
    const target = parseRequestTarget(rawTarget);
    const shared = { requestId, crossOriginHeaders };
    if (target === null) {
      const path = withoutUserinfo(rawTarget);
      return { kind: 'refused', problem: noTarget(rawTarget), path, keyId: null, ...shared };
    }
    const { path, query, authority } = target;
    const admission = gate({ method, path, query, host: authority ?? header('host'), header });
    if (admission.kind === 'refused') {
      const problem = admission.problem === 'not_found' ? notFound(path) : admission.problem;
      return { kind: 'refused', problem, path, keyId: admission.keyId, ...shared };
    }
    const { caller } = admission;
    const request = { method, target, requestId, ownId, caller, clientAddress, crossOriginHeaders };
    return { kind: 'admitted', request };
  };
}

/** The problem of a path that has no route. */
export function notFound(path: string): Problem {
  const shown = path.slice(0, longestPathShown);
  // A client that meant another host, or joined a base URL and a path with one slash too many.
  const why = path.startsWith('//') ? ': a target that begins with // is a path, and names no host' : '';
  return { code: 'not_found', detail: `There is no route at ${shown}${why}. GET / lists the entry points.` };
}

function noTarget(target: string): Problem {
  const shown = withoutUserinfo(target).slice(0, longestPathShown);
  return {
    code: target.startsWith(runPrefix) ? 'route_not_found' : 'not_found',
    detail: targetFault(target, shown),
  };
}
