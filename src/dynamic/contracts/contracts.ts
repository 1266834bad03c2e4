import type { Problem } from '../../errors.ts';
import type { Observe } from '../../observation.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import type { Snapshot } from '../snapshot.ts';
import type { UpstreamAnswer } from '../upstream.ts';
import { driftOf, isCheckable } from './answer-check.ts';
import { createContractCache } from './contract-cache.ts';
import { createFaultTally, type WorkflowFaults } from './fault-tally.ts';
import { checkBody, isChecked, modeOf } from './request-check.ts';
import { createSampler } from './sampler.ts';

/** The rows' contracts at work. */
export type Contracts = Readonly<{
  /** What goes to the function in place of a held body, or why nothing does. */
  checkRequest: (
    route: RouteDefinition,
    body: Uint8Array | null,
    contentEncoding: string | null,
  ) => CheckedRequest;
  /** Looks at an answer once it is on its way; the answer is not touched. */
  answered: (route: RouteDefinition, answer: UpstreamAnswer) => void;
  /** Forgets contracts that a swap took out of service. */
  swapped: (next: Snapshot) => void;
  state: () => ContractState;
}>;

export type CheckedRequest =
  | Readonly<{ ok: true; body: Uint8Array | null }>
  | Readonly<{ ok: false; problem: Problem }>;

/** What this process has seen against the contracts that are served now. */
export type ContractState = Readonly<{
  /** Answers of functions. */
  drift: readonly WorkflowFaults[];
  /** Requests of workflows whose contract_mode is `report`. */
  reports: readonly WorkflowFaults[];
  /** Workflows of which a contract was found good, but cannot be compiled: it is not held. */
  unusable: readonly string[];
}>;

export type ContractsOptions = Readonly<{ observe: Observe; now: () => number; nowDate: () => Date }>;

/** Answers that wait to be looked at, at most: they are held in memory meanwhile. */
const maxWaiting = 16;

export function createContracts({ observe, now, nowDate }: ContractsOptions): Contracts {
  const cacheOf = (column: 'request_schema' | 'response_schema') =>
    createContractCache((slug, error) => observe({ kind: 'contract_unusable', slug, column, error }));
  const requests = cacheOf('request_schema');
  const answers = cacheOf('response_schema');
  const reports = createFaultTally(nowDate);
  const drift = createFaultTally(nowDate);
  const mayLook = createSampler(now);
  let waiting = 0;

  const look = ({ slug, responseSchema: schema }: RouteDefinition, answer: UpstreamAnswer): void => {
    const contract = schema === null ? null : answers.get(slug, schema);
    if (contract === null || schema === null) return;
    const faults = driftOf(contract, answer);
    if (faults.length === 0) return;
    drift.add({ slug, schema, names: contract.names }, faults);
    observe({ kind: 'answer_off_contract', slug });
  };

  return {
    checkRequest: (route, body, contentEncoding) => {
      if (!isChecked(route)) return { ok: true, body };
      const { slug, requestSchema: schema } = route;
      const isPlain = contentEncoding === null || contentEncoding.toLowerCase() === 'identity';
      const contract = isPlain ? requests.get(slug, schema) : null;
      if (contract === null) {
        observe({ kind: 'request_unchecked', slug });
        return { ok: true, body };
      }
      const verdict = checkBody(contract, body);
      if (modeOf(route) === 'enforce') {
        return verdict.kind === 'good'
          ? { ok: true, body: verdict.body }
          : { ok: false, problem: verdict.problem };
      }
      if (verdict.kind === 'bad') {
        reports.add({ slug, schema, names: contract.names }, verdict.faults);
        observe({ kind: 'request_off_contract', slug });
      }
      return { ok: true, body };
    },
    answered: (route, answer) => {
      if (route.responseSchema === null || modeOf(route) === 'off' || !isCheckable(answer)) return;
      if (waiting >= maxWaiting || !mayLook(route.slug)) return;
      waiting += 1;
      setImmediate(() => {
        waiting -= 1;
        look(route, answer);
      });
    },
    swapped: (next) => {
      const definition = (slug: string) => next.bySlug.get(slug)?.definition;
      for (const kept of [requests, reports]) kept.keep((slug) => definition(slug)?.requestSchema ?? null);
      for (const kept of [answers, drift]) kept.keep((slug) => definition(slug)?.responseSchema ?? null);
    },
    state: () => ({
      drift: drift.list(),
      reports: reports.list(),
      unusable: [...new Set([requests, answers].flatMap((cache) => cache.unusable()))],
    }),
  };
}
