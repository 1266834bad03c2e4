import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { probes } from '../auth/gate.ts';
import { internalError } from '../server/internal-error.ts';
import type { RegistryStore } from '../dynamic/registry/store.ts';
import type { Problem } from '../errors.ts';
import type { Observe } from '../observability/observation.ts';
import { ProblemDocument } from '../schemas/api-shapes/problem.ts';
import { notFound } from '../server/admit-request.ts';
import {
  type ApiEnv,
  contextOf,
  respondWithProblem,
  withCommonHeaders,
  withOwnTurn,
  withSnapshot,
} from './api-env.ts';
import { mountAudit } from './enrichment/audit.ts';
import { mountApiCatalog } from './probes/api-catalog.ts';
import { mountDocsPage } from './pages/docs-page.ts';
import { mountOpenApi, type ProductInfo } from './openapi/documents.ts';
import { mountErrorsPage } from './pages/errors-page.ts';
import { mountHealth } from './probes/health.ts';
import { invalidQuery } from './invalid-query.ts';
import { mountLanding } from './pages/landing.ts';
import { mountMetrics } from './probes/metrics.ts';
import { mountRun } from './run.ts';
import { noteRefusal, withRefusalsObserved } from './observe-refusal.ts';
import { mountRegistryWait, type WaitSource } from './enrichment/registry-wait.ts';
import { mountStatus, type StatusSource } from './enrichment/status.ts';
import { mountWorkflows } from './enrichment/workflows.ts';

export type HttpAppOptions = Readonly<{
  store: RegistryStore;
  observe: Observe;
  info: ProductInfo;
  /** Whether the process is shutting down. */
  isDraining: () => boolean;
  status: StatusSource;
  wait: WaitSource;
  renderMetrics: Parameters<typeof mountMetrics>[1];
  /** Whether callers need a key. */
  requiresKey: boolean;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

const longestPathShown = 200;

/**
 * All routes, behind the gate. Calls of mounted workflows never reach this app (server/request-handler.ts); all other
 * requests below /run/ do. As there, a trailing slash makes no difference.
 */
export function createHttpApp(options: HttpAppOptions): OpenAPIHono<ApiEnv> {
  const { store, observe, info, requiresKey, now } = options;
  const app = new OpenAPIHono<ApiEnv>({
    strict: false,
    defaultHook: (result, c) =>
      result.success ? undefined : respondWithProblem(c, invalidQuery(result.error.issues)),
  });
  const refuse = (c: Context<ApiEnv>, problem: Problem): Response => {
    noteRefusal(c, problem);
    return respondWithProblem(c, problem);
  };
  app.use(withCommonHeaders());
  app.use(withRefusalsObserved(observe));
  app.use(withOwnTurn(probes));
  mountRun(app, { store, now });
  app.use(
    methodNotAllowed<ApiEnv>({
      app,
      onMethodNotAllowed: (c, methods) =>
        refuse(c, wrongMethod(c.req.method, shownPath(contextOf(c).instance), methods)),
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
  mountWorkflows(app, now);
  mountAudit(app, options.status.now);
  mountErrorsPage(app);
  mountDocsPage(app, requiresKey);
  mountApiCatalog(app);
  store.onSwap(mountOpenApi(app, { info, requiresKey, now }).renew);

  app.notFound((c) => refuse(c, notFound(contextOf(c).instance)));
  app.onError((error, c) => {
    const context = contextOf(c);
    observe({
      kind: 'request_failed',
      requestId: context.requestId,
      method: c.req.method,
      path: context.instance,
      error,
    });
    return respondWithProblem(c, internalError);
  });
  return app;
}

function wrongMethod(method: string, path: string, allowed: readonly string[]): Problem {
  return {
    code: 'method_not_allowed',
    detail: `${path} supports ${allowed.join(' and ')}, not ${method}.`,
    headers: { allow: allowed.join(', ') },
  };
}

function shownPath(path: string): string {
  return path.slice(0, longestPathShown);
}
