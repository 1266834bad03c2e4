import type { Observe } from '../../../observability/observation.ts';
import { type Breakers, type BreakerState, createBreakers } from './breakers.ts';
import { type BufferBudget, createBufferBudget } from './buffer-budget.ts';
import { type ConcurrencyLimits, type ConcurrencyState, createConcurrencyLimits } from './concurrency.ts';
import { createInFlight, type InFlight } from './in-flight.ts';
import { createRetryBudget, type RetryBudget } from './retry-budget.ts';

/** The limits that protect functions from too many calls, and this process from running out of resources. */
export type CallLimits = Readonly<{
  inFlight: InFlight;
  concurrency: ConcurrencyLimits;
  budget: BufferBudget;
  breakers: Breakers;
  retryBudget: RetryBudget;
  state: () => CallLimitsState;
}>;

/** How much of each limit is used, and which functions and workflows are being held back. */
export type CallLimitsState = Readonly<{
  inFlight: number;
  maxInFlight: number;
  bufferedBytes: number;
  maxBufferedBytes: number;
  breakers: readonly BreakerState[];
  concurrency: readonly ConcurrencyState[];
}>;

export type CallLimitsOptions = Readonly<{
  maxInFlight: number;
  maxBufferedBytes: number;
  observe: Observe;
  now: () => number;
}>;

/** Long enough for a function to restart, and too short to page an operator. */
const breakerOpenMs = 5_000;

export function createCallLimits({
  maxInFlight,
  maxBufferedBytes,
  observe,
  now,
}: CallLimitsOptions): CallLimits {
  const inFlight = createInFlight(maxInFlight);
  const concurrency = createConcurrencyLimits();
  const budget = createBufferBudget(maxBufferedBytes);
  const breakers = createBreakers({
    openMs: breakerOpenMs,
    onChange: (functionHost, state) => observe({ kind: 'breaker_changed', functionHost, state }),
    now,
  });
  return {
    inFlight,
    concurrency,
    budget,
    breakers,
    retryBudget: createRetryBudget(now),
    state: () => ({
      inFlight: inFlight.count(),
      maxInFlight,
      bufferedBytes: budget.held(),
      maxBufferedBytes,
      breakers: breakers.states(),
      concurrency: concurrency.states(),
    }),
  };
}
