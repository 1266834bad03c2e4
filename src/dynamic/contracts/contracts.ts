import type { Observe } from '../../observability/observation.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import type { CallContracts } from '../call/execute-call.ts';
import type { FunctionResponse } from '../call/call-result.ts';
import { driftOf, isCheckable } from './response-check.ts';
import { createContractCache } from './contract-cache.ts';
import { createViolationTally, type WorkflowViolations } from './violation-tally.ts';
import { appliesDefaults, checkBody, isChecked, modeOf } from './request-check.ts';
import { createSampler } from './sampler.ts';

/** Applies the contracts of the rows to calls. */
export type Contracts = CallContracts &
  Readonly<{
    /** Drops contracts that a swap took out of service. */
    swapped: (next: Snapshot) => void;
    state: () => ContractState;
  }>;

/** The violations that this process has seen of the contracts that are served now. */
export type ContractState = Readonly<{
  /** By responses of functions. */
  drift: readonly WorkflowViolations[];
  /** By requests to workflows whose contract_mode is `report`. */
  reports: readonly WorkflowViolations[];
  /** Workflows with a contract that was accepted with its row, but cannot be compiled, and so is not enforced. */
  unusable: readonly string[];
}>;

export type ContractsOptions = Readonly<{ observe: Observe; now: () => number; nowDate: () => Date }>;

/** The number of responses that may wait to be validated: they stay in memory meanwhile. */
const maxWaiting = 16;

export function createContracts({ observe, now, nowDate }: ContractsOptions): Contracts {
  const cacheOf = (column: 'request_schema' | 'response_schema') =>
    createContractCache((slug, error) => observe({ kind: 'contract_unusable', slug, column, error }));
  const requests = cacheOf('request_schema');
  const responses = cacheOf('response_schema');
  const reports = createViolationTally(nowDate);
  const drift = createViolationTally(nowDate);
  const maySample = createSampler(now);
  let waiting = 0;

  const checkResponse = (
    { slug, responseSchema: schema }: RouteDefinition,
    response: FunctionResponse,
  ): void => {
    const contract = schema === null ? null : responses.get(slug, schema);
    if (contract === null || schema === null) return;
    const violations = driftOf(contract, response);
    if (violations.length === 0) return;
    drift.add({ slug, schema, names: contract.names }, violations);
    observe({ kind: 'response_off_contract', slug });
  };

  return {
    isChecked,
    checkRequest: (route, body, contentEncoding) => {
      if (!isChecked(route)) return { ok: true, body };
      const { slug, requestSchema: schema } = route;
      const isPlain = contentEncoding === null || contentEncoding.toLowerCase() === 'identity';
      const contract = isPlain ? requests.get(slug, schema) : null;
      if (contract === null) {
        observe({ kind: 'request_unchecked', slug });
        return { ok: true, body };
      }
      const verdict = checkBody(contract, body, appliesDefaults(route));
      if (modeOf(route) === 'enforce') {
        return verdict.kind === 'valid'
          ? { ok: true, body: verdict.body }
          : { ok: false, problem: verdict.problem };
      }
      if (verdict.kind === 'invalid') {
        reports.add({ slug, schema, names: contract.names }, verdict.violations);
        observe({ kind: 'request_off_contract', slug });
      }
      return { ok: true, body };
    },
    responded: (route, response) => {
      if (route.responseSchema === null || modeOf(route) === 'off' || !isCheckable(response)) return;
      if (waiting >= maxWaiting || !maySample(route.slug)) return;
      waiting += 1;
      setImmediate(() => {
        waiting -= 1;
        checkResponse(route, response);
      });
    },
    swapped: (next) => {
      const definition = (slug: string) => next.bySlug.get(slug)?.definition;
      for (const kept of [requests, reports]) kept.keep((slug) => definition(slug)?.requestSchema ?? null);
      for (const kept of [responses, drift]) kept.keep((slug) => definition(slug)?.responseSchema ?? null);
    },
    state: () => ({
      drift: drift.list(),
      reports: reports.list(),
      unusable: [...new Set([requests, responses].flatMap((cache) => cache.unusable()))],
    }),
  };
}
