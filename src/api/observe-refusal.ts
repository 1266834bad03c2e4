import type { Context } from 'hono';
import { errorKinds, type Problem } from '../errors.ts';
import type { Observe } from '../observability/observation.ts';
import type { ApiEnv } from './api-env.ts';

/** Emits that a request was refused: it ends with a problem and never was a call. */
export function observeRefusal(observe: Observe, c: Context<ApiEnv>, { code }: Problem): void {
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
}
