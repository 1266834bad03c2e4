import type { JsonObject } from '../../json-schema/json.ts';
import type { Observe } from '../../observability/observation.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { hasNoCodings } from '../call/content-headers.ts';
import type { CallContracts, CheckedRequest } from '../call/execute-call.ts';
import { encodingUnsupported } from './body-problems.ts';
import type { ContractCache } from './contract-cache.ts';
import { namesIn } from './contract-size.ts';
import { isPrompt, onLoop, onLoopInTurn, turnToCompile } from './loop-share.ts';
import { appliesDefaults, type BodyVerdict, isChecked, validateBody, modeOf } from './request-check.ts';
import type { ViolationTally } from './violation-tally.ts';
import type { ThreadedChecks } from './worker/threaded-checks.ts';

export type RequestContractsOptions = Readonly<{
  requests: ContractCache;
  reports: ViolationTally;
  threaded: Pick<ThreadedChecks, 'checkBody'>;
  observe: Observe;
}>;

type Caller = Parameters<CallContracts['checkRequest']>[3];

type CheckedRoute = RouteDefinition & { requestSchema: JsonObject };

/** Applies request contracts in the mode of their row: `enforce` refuses, `report` counts and changes nothing. */
export function createRequestContracts(options: RequestContractsOptions): CallContracts['checkRequest'] {
  const { requests, reports, threaded, observe } = options;

  const unchecked = (slug: string, body: Uint8Array | null): CheckedRequest => {
    observe({ kind: 'request_unchecked', slug });
    return asSent(body);
  };

  const settle = (route: CheckedRoute, body: Uint8Array | null, verdict: BodyVerdict): CheckedRequest => {
    const { slug, requestSchema: schema } = route;
    if (verdict.kind === 'unusable') {
      requests.failed(slug, schema, verdict.error);
      return unchecked(slug, body);
    }
    if (modeOf(route) === 'enforce') {
      return verdict.kind === 'valid'
        ? { ok: true, body: verdict.body, isJson: verdict.body !== null }
        : { ok: false, problem: verdict.problem };
    }
    if (verdict.kind === 'unknown') observe({ kind: 'request_unchecked', slug });
    if (verdict.kind === 'invalid') {
      reports.add({ slug, schema, names: namesIn(schema) }, verdict.violations);
      observe({ kind: 'request_off_contract', slug });
    }
    return asSent(body);
  };

  const inThread = async (
    route: CheckedRoute,
    body: Uint8Array | null,
    caller: Caller,
  ): Promise<CheckedRequest> => {
    const { requestSchema: schema } = route;
    return settle(route, body, await threaded.checkBody(schema, body, appliesDefaults(route), caller.signal));
  };

  /** Compiling and validating may take 10 ms each, so each has a turn of the event loop. */
  const later = async (
    route: CheckedRoute,
    body: Uint8Array | null,
    caller: Caller,
  ): Promise<CheckedRequest> => {
    const { slug, requestSchema: schema } = route;
    if (requests.peek(slug, schema) === undefined) await turnToCompile();
    const contract = requests.get(slug, schema);
    if (contract === 'unusable') return unchecked(slug, body);
    const verdict = await onLoopInTurn(validateBody, contract, body, appliesDefaults(route));
    return verdict === null ? inThread(route, body, caller) : settle(route, body, verdict);
  };

  return (route, body, encoding, caller) => {
    if (!isChecked(route)) return asSent(body);
    const { slug, requestSchema: schema } = route;
    const isPlain = encoding === null || hasNoCodings(encoding);
    if (!isPlain && modeOf(route) === 'enforce') return { ok: false, problem: encodingUnsupported(encoding) };
    const contract = isPlain ? requests.peek(slug, schema) : 'unusable';
    if (contract === undefined || (contract !== 'unusable' && !isPrompt(body)))
      return later(route, body, caller);
    if (contract === 'unusable') return unchecked(slug, body);
    const verdict = onLoop(validateBody, contract, body, appliesDefaults(route));
    return verdict === null ? inThread(route, body, caller) : settle(route, body, verdict);
  };
}

function asSent(body: Uint8Array | null): CheckedRequest {
  return { ok: true, body, isJson: false };
}
