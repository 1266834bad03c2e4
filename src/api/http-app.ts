import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Gate } from '../auth/gate.ts';
import type { Dispatch } from '../dynamic/dispatcher.ts';
import { problemResponse } from '../dynamic/problem-response.ts';
import type { RegistryStore } from '../dynamic/store.ts';
import type { Problem } from '../errors.ts';
import type { Observe } from '../observation.ts';
import { ProblemDocument } from '../schemas/problem.ts';
import { admission, nowhere } from './admission.ts';
import { type ApiEnv, connectionOf, contextOf, rawTargetOf, withRequestId, withSnapshot } from './api-env.ts';
import { mountAudit } from './audit.ts';
import { crossOrigin } from './cross-origin.ts';
import { mountApiCatalog } from './api-catalog.ts';
import { mountDocsPage } from './docs-page.ts';
import { mountOpenApi, type ProductInfo } from './documents.ts';
import { mountErrorsPage } from './errors-page.ts';
import { mountHealth } from './health.ts';
import { invalidQuery } from './invalid-query.ts';
import { mountLanding } from './landing.ts';
import { mountMetrics } from './metrics.ts';
import { mountRegistryWait, type WaitSource } from './registry-wait.ts';
import { mountStatus, type StatusSource } from './status.ts';
import { mountWorkflows } from './workflows.ts';

export type HttpAppOptions = Readonly<{
  store: RegistryStore;
  dispatch: Dispatch;
  observe: Observe;
  info: ProductInfo;
  /** Whether the process is about to stop. */
  isDraining: () => boolean;
  status: StatusSource;
  wait: WaitSource;
  renderMetrics: Parameters<typeof mountMetrics>[1];
  /** Origins whose pages may read answers; none by default. */
  corsOrigins: readonly string[];
  gate: Gate;
  /** Whether callers need a key. */
  requiresKey: boolean;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

const longestPathShown = 200;

/**
 * All that is served, behind the gate. The rows' routes are one handler that looks into the current snapshot; it stands
 * before every other middleware, so that a proxied call pays for none of them. As there, a trailing slash makes no other path.
 */
export function createHttpApp(options: HttpAppOptions): OpenAPIHono<ApiEnv> {
  const { store, dispatch, observe, info, requiresKey, now } = options;
  const app = new OpenAPIHono<ApiEnv>({
    strict: false,
    defaultHook: (result, c) =>
      result.success ? undefined : problemResponse(invalidQuery(result.error.issues), contextOf(c)),
  });
  if (options.corsOrigins.length > 0) app.use(crossOrigin(options.corsOrigins));
  app.use(admission(options.gate));
  app.all('/run/*', (c) => dispatch(c.req.raw, rawTargetOf(c), connectionOf(c)));
  app.use(withRequestId());
  app.use(
    methodNotAllowed<ApiEnv>({
      app,
      onMethodNotAllowed: (c, methods) =>
        problemResponse(wrongMethod(c.req.method, shownPath(contextOf(c).instance), methods), contextOf(c)),
    }),
  );
  mountStatus(app, options.status);
  mountRegistryWait(app, options.wait);
  mountMetrics(app, options.renderMetrics);
  for (const path of ['/readyz', '/openapi.json', '/openapi.yaml', '/api/enrichment/*']) {
    app.use(path, withSnapshot(store));
  }

  app.openAPIRegistry.register('Problem', ProblemDocument);
  mountLanding(app, store, info, requiresKey);
  mountHealth(app, options.isDraining);
  mountWorkflows(app);
  mountAudit(app, options.status.now);
  mountErrorsPage(app);
  mountDocsPage(app, requiresKey);
  mountApiCatalog(app);
  store.onSwap(mountOpenApi(app, { info, requiresKey, now }).renew);

  app.notFound((c) => problemResponse(nowhere(contextOf(c).instance), contextOf(c)));
  app.onError((error, c) => {
    const context = contextOf(c);
    observe({
      kind: 'request_failed',
      requestId: context.requestId,
      method: c.req.method,
      path: context.instance,
      error,
    });
    return problemResponse(failed, context);
  });
  return app;
}

const failed: Problem = {
  code: 'internal_error',
  detail: 'Rowgate failed while it handled this request; the fault is in its log under the request_id.',
};

function wrongMethod(method: string, path: string, allowed: readonly string[]): Problem {
  return {
    code: 'method_not_allowed',
    detail: `${path} takes ${allowed.join(' and ')}, not ${method}.`,
    headers: { allow: allowed.join(', ') },
  };
}

function shownPath(path: string): string {
  return path.slice(0, longestPathShown);
}
