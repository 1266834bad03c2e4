import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type ErrorCode, errorKinds } from '../errors.ts';
import { isJsonObject } from '../json-schema/json.ts';
import type { Observe } from '../observability/observation.ts';
import { problemContentType } from '../problem-document.ts';
import type { ApiEnv } from './api-env.ts';

/** Emits `request_refused`: the request ended with a problem and never became a call. */
export function observeRefusal(
  observe: Observe,
  c: Context<ApiEnv>,
  { code }: Readonly<{ code: ErrorCode }>,
): void {
  const { requestId, method, target, caller, clientAddress } = c.env.admitted;
  c.set('isRefusalObserved', true);
  observe({
    kind: 'request_refused',
    requestId,
    method,
    path: target.path,
    status: errorKinds[code].status,
    code,
    keyId: caller?.keyId ?? null,
    clientAddress,
  });
}

/** Emits the same for every other problem that a route responds with, so that no route can forget it. */
export function withRefusalsObserved(observe: Observe) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    await next();
    const { status } = c.res;
    if (status < 400 || c.get('isRefusalObserved') === true) return;
    if (c.res.headers.get('content-type') !== problemContentType) return;
    const document: unknown = await c.res.clone().json();
    const code = isJsonObject(document) ? document['code'] : undefined;
    // An internal error has its own event, request_failed.
    if (isErrorCode(code) && code !== 'internal_error') observeRefusal(observe, c, { code });
  });
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorKinds, code);
}
