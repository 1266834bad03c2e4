import type { Observe } from '../../observability/observation.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { joinChunks } from '../call/call.ts';
import type { FunctionResponse } from '../call/call-result.ts';
import type { CallContracts } from '../call/execute-call.ts';
import type { ContractCache } from './contract-cache.ts';
import { namesIn } from './contract-size.ts';
import { onLoopInTurn, turnToCompile } from './loop-share.ts';
import { modeOf } from './request-check.ts';
import { isCheckable, validateResponse } from './response-check.ts';
import type { Sampler } from './sampler.ts';
import type { ViolationTally } from './violation-tally.ts';
import type { ThreadedChecks } from './worker/threaded-checks.ts';

export type ResponseDriftOptions = Readonly<{
  responses: ContractCache;
  drift: ViolationTally;
  threaded: Pick<ThreadedChecks, 'driftIn'>;
  maySample: Sampler;
  observe: Observe;
}>;

/** The number of responses that may wait to be validated: they stay in memory in the meantime. */
const maxWaiting = 16;

/** Validates samples of the responses after they were passed on, and counts how they violate their contract. */
export function createResponseDrift(options: ResponseDriftOptions): CallContracts['responded'] {
  const { responses, drift, threaded, maySample, observe } = options;
  let waiting = 0;

  const check = async (route: RouteDefinition, { body }: FunctionResponse): Promise<void> => {
    const { slug, responseSchema: schema } = route;
    if (schema === null || body.kind === 'streamed') return;
    if (responses.peek(slug, schema) === undefined) await turnToCompile();
    const contract = responses.get(slug, schema);
    if (contract === 'unusable') return;
    const bytes = joinChunks(body.chunks, body.size);
    const violations =
      (await onLoopInTurn(validateResponse, contract, bytes)) ?? (await threaded.driftIn(schema, bytes));
    if (violations.length === 0) return;
    drift.add({ slug, schema, names: namesIn(schema) }, violations);
    observe({ kind: 'response_off_contract', slug });
  };

  return (route, response) => {
    if (route.responseSchema === null || modeOf(route) === 'off' || !isCheckable(response)) return;
    if (waiting >= maxWaiting || !maySample(route.slug)) return;
    waiting += 1;
    setImmediate(() => {
      void check(route, response).finally(() => {
        waiting -= 1;
      });
    });
  };
}
