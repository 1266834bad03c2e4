import type { Observe } from '../../observability/observation.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import type { CallContracts } from '../call/execute-call.ts';
import { createContractCache } from './contract-cache.ts';
import { isChecked } from './request-check.ts';
import { createRequestContracts } from './request-contracts.ts';
import { createResponseDrift } from './response-drift.ts';
import { createSampler } from './sampler.ts';
import { createViolationTally, type WorkflowViolations } from './violation-tally.ts';
import { createThreadedChecks } from './worker/threaded-checks.ts';
import type { ValidationPoolOptions } from './worker/validation-pool.ts';

/** Applies the contracts of the rows to calls. */
export type Contracts = CallContracts &
  Readonly<{
    /** Drops contracts that a swap took out of service. */
    swapped: (next: Snapshot) => void;
    state: () => ContractState;
    /** Ends the threads that validate large bodies. */
    close: () => Promise<void>;
  }>;

/** The violations of the contracts served now that this process has seen. */
export type ContractState = Readonly<{
  /** By responses of functions. */
  drift: readonly WorkflowViolations[];
  /** By requests to workflows whose contract_mode is `report`. */
  reports: readonly WorkflowViolations[];
  /** Workflows with a contract that was accepted with its row, but cannot be compiled, and so is not enforced. */
  unusable: readonly string[];
}>;

export type ContractsOptions = Readonly<{
  observe: Observe;
  now: () => number;
  nowDate: () => Date;
  /** Options of the threads that validate large bodies. */
  threads?: Partial<ValidationPoolOptions>;
}>;

export function createContracts({ observe, now, nowDate, threads }: ContractsOptions): Contracts {
  const cacheOf = (column: 'request_schema' | 'response_schema') =>
    createContractCache((slug, error) => observe({ kind: 'contract_unusable', slug, column, error }));
  const requests = cacheOf('request_schema');
  const responses = cacheOf('response_schema');
  const reports = createViolationTally(nowDate);
  const drift = createViolationTally(nowDate);
  const threaded = createThreadedChecks(threads);
  let isWarm = false;

  /**
   * V8 compiles the compiler with the first contract, which takes 10 to 20 ms, and loading the pool takes 30: no caller should
   * wait for that.
   */
  const warmUp = ({ table }: Snapshot): void => {
    for (const { slug, requestSchema } of table.routes()) {
      if (requestSchema === null) continue;
      isWarm = true;
      setImmediate(() => {
        requests.get(slug, requestSchema);
        threaded.prepare();
      });
      return;
    }
  };

  return {
    isChecked,
    checkRequest: createRequestContracts({ requests, reports, threaded, observe }),
    responded: createResponseDrift({ responses, drift, threaded, maySample: createSampler(now), observe }),
    close: threaded.close,
    swapped: (next) => {
      if (!isWarm) warmUp(next);
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
