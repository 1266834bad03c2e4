import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type ErrorCode, errorKinds } from '../errors.ts';
import { isJsonObject } from '../json-schema/json.ts';
import type { Observe } from '../observability/observation.ts';
import { problemContentType } from '../problem-document.ts';
import type { ApiEnv } from './api-env.ts';

/** Says with which problem a request is refused. Of several, as a 404 that becomes a 405, the last one counts. */
export function noteRefusal(c: Context<ApiEnv>, { code }: Readonly<{ code: ErrorCode }>): void {
  c.set('refusal', code);
}

/**
 * Emits once for each request that ends with a problem and never was a call that it was refused: also for problems that no route
 * noted, so that none can forget it.
 */
export function withRefusalsObserved(observe: Observe) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    await next();
    const code = c.get('refusal') ?? (await codeOf(c.res));
    // An internal error has its own event, request_failed.
    if (code === undefined || code === 'internal_error') return;
    const { requestId, method, target, caller, clientAddress } = c.env.admitted;
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
  });
}

async function codeOf(response: Response): Promise<ErrorCode | undefined> {
  if (response.status < 400 || response.headers.get('content-type') !== problemContentType) return undefined;
  const document: unknown = await response.clone().json();
  const code = isJsonObject(document) ? document['code'] : undefined;
  return isErrorCode(code) ? code : undefined;
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorKinds, code);
}
