import type { Attempt, CallFailure } from '../call-result.ts';

/** A function that is not being called at the moment. */
export type BreakerState = Readonly<{
  functionHost: string;
  /** open: calls are refused; half_open: they are refused too, while one probe finds out whether the function has recovered. */
  state: 'open' | 'half_open';
  /** Milliseconds until the next probe is allowed. */
  retryAfterMs: number;
}>;

/**
 * One breaker per failing function. It is consulted before an attempt and informed of the outcome afterwards, instead of
 * wrapping the attempt, which cost a closure, two promises and an async function for each call of a healthy function
 * (docs/decisions/0011).
 */
export type Breakers = Readonly<{
  /** Whether the function may be called: normally (null), as a probe, or not at all (a failure). */
  admit: (functionHost: string) => Probe | CallFailure | null;
  /** How an admitted attempt ended. */
  count: (functionHost: string, made: Attempt, probe: Probe | null) => void;
  /** An admitted attempt threw and says nothing about the function: if it was the probe, the next attempt may be one. */
  withdraw: (probe: Probe | null) => void;
  /** All breakers that are not closed. */
  states: () => readonly BreakerState[];
}>;

/** The one call that finds out whether a function has recovered. */
export type Probe = Readonly<{ kind: 'probe'; opening: Opening }>;

export type BreakersOptions = Readonly<{
  /** Milliseconds between opening and the first probe, and between probes while none gets a response. */
  openMs: number;
  /** Called when a breaker opens, opens again or closes. */
  onChange: (functionHost: string, state: 'open' | 'closed') => void;
  /** Monotonic time in milliseconds. */
  now: () => number;
}>;

/** The number of failures in a row that opens a breaker. */
const failuresToOpen = 10;
/** The maximum number of functions that are tracked; beyond it, the oldest is forgotten, which closes its breaker. */
const maxBreakers = 10_000;

/** A breaker that is open. */
type Opening = {
  nextProbeAt: number;
  /** The newest probe, while it is in progress. */
  probe: Probe | null;
};

/**
 * Creates breakers by function host. A closed breaker takes memory only between its function's first failure and its next
 * response, so calls of healthy functions only pay for lookups in two small maps.
 */
export function createBreakers({ openMs, onChange, now }: BreakersOptions): Breakers {
  const failuresInARow = new Map<string, number>();
  const openings = new Map<string, Opening>();

  const count = (host: string, made: Attempt): void => {
    // The attempt began before the breaker opened: it says nothing about the function's present state.
    if (openings.has(host)) return;
    const failures = isTripping(made) ? (failuresInARow.get(host) ?? 0) + 1 : 0;
    if (failures === 0 || failures === failuresToOpen) failuresInARow.delete(host);
    else remember(failuresInARow, host, failures);
    if (failures < failuresToOpen) return;
    remember(openings, host, { nextProbeAt: now() + openMs, probe: null });
    onChange(host, 'open');
  };

  const countProbe = (host: string, made: Attempt, probe: Probe): void => {
    const { opening } = probe;
    if (openings.get(host) !== opening) return count(host, made);
    if (!isTripping(made)) {
      openings.delete(host);
      onChange(host, 'closed');
      return;
    }
    // If a function hangs, its old probes fail one after another; each would otherwise delay the next probe.
    if (opening.probe !== probe) return;
    opening.probe = null;
    opening.nextProbeAt = now() + openMs;
    onChange(host, 'open');
  };

  return {
    admit: (host) => {
      const opening = openings.get(host);
      if (opening === undefined) return null;
      const waitMs = opening.nextProbeAt - now();
      if (waitMs > 0) return refusal(waitMs);
      const probe: Probe = { kind: 'probe', opening };
      opening.probe = probe;
      opening.nextProbeAt = now() + openMs;
      return probe;
    },
    count: (host, made, probe) => {
      if (probe !== null) countProbe(host, made, probe);
      // The usual case does nothing: a healthy function, and no failures on record.
      else if (made.kind === 'failure' || failuresInARow.size > 0) count(host, made);
    },
    withdraw: (probe) => {
      if (probe === null || probe.opening.probe !== probe) return;
      probe.opening.probe = null;
      probe.opening.nextProbeAt = now();
    },
    states: () =>
      [...openings].map(([functionHost, { nextProbeAt, probe }]) => ({
        functionHost,
        state: probe === null ? 'open' : 'half_open',
        retryAfterMs: Math.max(0, nextProbeAt - now()),
      })),
  };
}

function isTripping(made: Attempt): boolean {
  return made.kind === 'failure' && made.tripsBreaker;
}

function remember<Value>(known: Map<string, Value>, host: string, value: Value): void {
  const [oldest] = known.size < maxBreakers || known.has(host) ? [] : known.keys();
  if (oldest !== undefined) known.delete(oldest);
  known.set(host, value);
}

function refusal(waitMs: number): CallFailure {
  const problem = {
    code: 'breaker_open',
    detail:
      'The last calls of this function all failed, so it is not called for a few seconds; it has not seen this call.',
    headers: {
      'proxy-status': 'rowgate; error=destination_unavailable',
      'retry-after': String(Math.ceil(waitMs / 1000)),
    },
  } as const;
  return { kind: 'failure', problem, retry: 'never', retryAfterMs: null, tripsBreaker: false };
}
