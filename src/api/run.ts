import type { OpenAPIHono } from '@hono/zod-openapi';
import { createUnmatched } from '../dynamic/http/unmatched.ts';
import type { RegistryStore } from '../dynamic/registry/store.ts';
import { runPrefix } from '../schemas/run-prefix.ts';
import { type ApiEnv, contextOf, respondWithProblem } from './api-env.ts';
import { noteRefusal } from './observe-refusal.ts';

export type RunRouteOptions = Readonly<{ store: RegistryStore; now: () => number }>;

/** `/run/*`, for requests that do not call a mounted workflow. */
export function mountRun(app: OpenAPIHono<ApiEnv>, { store, now }: RunRouteOptions): void {
  const unmatched = createUnmatched(store, now);
  app.all(`${runPrefix}*`, async (c) => {
    const found = await unmatched(c.env.admitted);
    if (found.kind === 'options') return c.body(null, 204, { allow: found.allow });
    const { problem, slug, lines } = found;
    const context = slug === undefined ? contextOf(c) : { ...contextOf(c), workflowSlug: slug };
    noteRefusal(c, problem);
    return respondWithProblem(c, problem, context, lines);
  });
}
