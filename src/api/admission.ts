import { createMiddleware } from 'hono/factory';
import type { Gate } from '../auth/gate.ts';
import { problemResponse } from '../dynamic/problem-response.ts';
import type { Problem } from '../errors.ts';
import { type ApiEnv, contextOf } from './api-env.ts';

const longestPathShown = 200;

/** Asks the gate for every request, before any route sees it. */
export function admission(gate: Gate) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const context = contextOf(c);
    const asked = gate({ path: context.instance, headers: c.req.raw.headers });
    if (asked.kind === 'admitted') {
      c.set('caller', asked.caller);
      return next();
    }
    const { problem } = asked;
    return problemResponse(problem === 'nowhere' ? nowhere(context.instance) : problem, context);
  });
}

/** There is no route at this path. */
export function nowhere(path: string): Problem {
  const shown = path.slice(0, longestPathShown);
  return { code: 'not_found', detail: `There is nothing at ${shown}. GET / lists the entry points.` };
}
