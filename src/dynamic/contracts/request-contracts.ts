import type { JsonObject } from '../../json-schema/json.ts';
import type { Observe } from '../../observability/observation.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import type { CallContracts, CheckedRequest } from '../call/execute-call.ts';
import { encodingUnsupported } from './body-problems.ts';
import type { Contract } from './compiled-contract.ts';
import type { ContractCache } from './contract-cache.ts';
import { onLoop } from './loop-share.ts';
import {
  appliesDefaults,
  type BodyVerdict,
  isChecked,
  judgeBody,
  modeOf,
  tooComplex,
} from './request-check.ts';
import type { ViolationTally } from './violation-tally.ts';
import type { ThreadedChecks } from './worker/threaded-checks.ts';

export type RequestContractsOptions = Readonly<{
  requests: ContractCache;
  reports: ViolationTally;
  threaded: Pick<ThreadedChecks, 'checkBody'>;
  observe: Observe;
}>;

type CheckedRoute = RouteDefinition & { requestSchema: JsonObject };

/** Applies request contracts in the mode of their row: `enforce` refuses, `report` counts and changes nothing. */
export function createRequestContracts(options: RequestContractsOptions): CallContracts['checkRequest'] {
  const { requests, reports, threaded, observe } = options;

  const settle = (
    route: CheckedRoute,
    { names }: Contract,
    body: Uint8Array | null,
    verdict: BodyVerdict,
  ): CheckedRequest => {
    const { slug, requestSchema: schema } = route;
    if (modeOf(route) === 'enforce') {
      return verdict.kind === 'valid'
        ? { ok: true, body: verdict.body, isJson: verdict.body !== null }
        : { ok: false, problem: verdict.problem };
    }
    if (verdict.kind === 'unknown') observe({ kind: 'request_unchecked', slug });
    if (verdict.kind === 'invalid') {
      reports.add({ slug, schema, names }, verdict.violations);
      observe({ kind: 'request_off_contract', slug });
    }
    return asSent(body);
  };

  return (route, body, encoding, caller) => {
    if (!isChecked(route)) return asSent(body);
    const { slug, requestSchema: schema } = route;
    const isPlain = encoding === null || hasNoCodings(encoding);
    if (!isPlain && modeOf(route) === 'enforce') return { ok: false, problem: encodingUnsupported(encoding) };
    const contract = isPlain ? requests.get(slug, schema) : null;
    if (contract === null) {
      observe({ kind: 'request_unchecked', slug });
      return asSent(body);
    }
    const verdict = onLoop(judgeBody, contract, body, appliesDefaults(route));
    if (verdict !== null) return settle(route, contract, body, verdict);
    if (body === null) return settle(route, contract, body, tooComplex);
    return threaded
      .checkBody(schema, body, appliesDefaults(route), caller.signal)
      .then((later) => settle(route, contract, body, later));
  };
}

/** An empty list, or only `identity` (RFC 9110 sections 5.6.1 and 8.4). */
function hasNoCodings(encoding: string): boolean {
  return encoding.split(',').every((coding) => /^[ \t]*(?:identity[ \t]*)?$/i.test(coding));
}

function asSent(body: Uint8Array | null): CheckedRequest {
  return { ok: true, body, isJson: false };
}
