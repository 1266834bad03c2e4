import {
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { Attempt, Failure } from './attempt.ts';

/** A function that is not called for the moment. */
export type BreakerState = Readonly<{
  functionHost: string;
  /** open: calls are refused; half_open: one call is let through to see whether it is well again. */
  state: 'open' | 'half_open';
  /** Until the next call is let through. */
  retryAfterMs: number;
}>;

/** A breaker for each function in trouble. */
export type Breakers = Readonly<{
  /** Makes the attempt, or refuses it where the function's breaker is open. */
  guard: (functionHost: string, attempt: () => Promise<Attempt>) => Promise<Attempt>;
  /** Those that are not closed. */
  states: () => readonly BreakerState[];
}>;

export type BreakersOptions = Readonly<{
  /** How long a breaker stays open before one call is let through. */
  openMs: number;
  /** Told of each breaker that opens or closes. */
  onChange: (functionHost: string, state: 'open' | 'closed') => void;
  now: () => number;
}>;

/** So many failures in a row, with no answer of the function between them. */
const failuresToOpen = 10;
/** Breakers kept; beyond, the oldest is forgotten, and its function called again. */
const maxBreakers = 10_000;

type Breaker = Readonly<{ policy: CircuitBreakerPolicy; openedAt: () => number }>;

/**
 * Breakers by function. One is made at a function's first failure and dropped at its next answer, so that the calls of
 * functions that are well pay one look into a small map. Callers that leave count as neither.
 */
export function createBreakers({ openMs, onChange, now }: BreakersOptions): Breakers {
  const breakers = new Map<string, Breaker>();

  const breakerOf = (host: string): Breaker => {
    const [oldest] = breakers.size < maxBreakers ? [] : breakers.keys();
    if (oldest !== undefined) breakers.delete(oldest);
    let openedAt = 0;
    const policy = circuitBreaker(
      handleWhenResult((attempt) => isTripping(attempt)),
      { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(failuresToOpen) },
    );
    policy.onBreak(() => {
      openedAt = now();
      onChange(host, 'open');
    });
    policy.onReset(() => onChange(host, 'closed'));
    const made = { policy, openedAt: () => openedAt };
    breakers.set(host, made);
    return made;
  };

  const retryAfterMs = ({ openedAt }: Breaker): number => Math.max(0, openedAt() + openMs - now());

  return {
    guard: async (host, attempt) => {
      const breaker = breakers.get(host);
      if (breaker === undefined) {
        const made = await attempt();
        if (isTripping(made)) await (breakers.get(host) ?? breakerOf(host)).policy.execute(() => made);
        return made;
      }
      const { policy } = breaker;
      // cockatiel would let further calls wait for the one that is let through, which may take minutes.
      const waitMs = retryAfterMs(breaker);
      if (policy.state === CircuitState.HalfOpen) return refusal(0);
      if (policy.state === CircuitState.Open && waitMs > 0) return refusal(waitMs);
      const made = await policy.execute(attempt);
      if (policy.state === CircuitState.Closed && made.kind === 'answered') breakers.delete(host);
      return made;
    },
    states: () =>
      [...breakers].flatMap(([functionHost, breaker]) =>
        breaker.policy.state === CircuitState.Closed
          ? []
          : [
              {
                functionHost,
                state: breaker.policy.state === CircuitState.HalfOpen ? 'half_open' : 'open',
                retryAfterMs: retryAfterMs(breaker),
              },
            ],
      ),
  };
}

function isTripping(attempt: unknown): boolean {
  return (
    typeof attempt === 'object' &&
    attempt !== null &&
    'tripsBreaker' in attempt &&
    attempt.tripsBreaker === true
  );
}

function refusal(waitMs: number): Failure {
  const problem = {
    code: 'breaker_open',
    detail:
      'The last calls of this function failed one after another, so it is not called for a moment; it has not seen this call.',
    headers: {
      'proxy-status': 'rowgate; error=destination_unavailable',
      'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))),
    },
  } as const;
  return { kind: 'failed', problem, retry: 'never', retryAfterMs: null, tripsBreaker: false };
}
