import type { Attempt, CallFailure } from '../call-result.ts';

/** A function that is not called for the moment. */
export type BreakerState = Readonly<{
  functionHost: string;
  /** open: calls are refused; half_open: so they are, and a probe is under way to see whether it is well again. */
  state: 'open' | 'half_open';
  /** Until the next call is let through. */
  retryAfterMs: number;
}>;

/**
 * A breaker for each function in trouble. Asked before an attempt and told of it afterwards, in place of being handed the attempt:
 * that took a closure, two promises and an async function for each call of a function that is well (docs/decisions/0011).
 */
export type Breakers = Readonly<{
  /** Whether the function may be called: as always (null), as a probe, or not. */
  admit: (functionHost: string) => Probe | CallFailure | null;
  /** How an admitted attempt ended. */
  count: (functionHost: string, made: Attempt, probe: Probe | null) => void;
  /** An admitted attempt threw, which tells nothing of the function: another may be its probe. */
  withdraw: (probe: Probe | null) => void;
  /** Those that are not closed. */
  states: () => readonly BreakerState[];
}>;

/** The one call by which it is seen whether a function is well again. */
export type Probe = Readonly<{ kind: 'probe'; opening: Opening }>;

export type BreakersOptions = Readonly<{
  /** How long a breaker stays open before one call is let through, and then another for as long as none has a response. */
  openMs: number;
  /** Told of each breaker that opens, opens again or closes. */
  onChange: (functionHost: string, state: 'open' | 'closed') => void;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}>;

/** So many failures in a row, with no response of the function between them. */
const failuresToOpen = 10;
/** Functions that are remembered; beyond, the oldest is forgotten, and called again. */
const maxBreakers = 10_000;

/** A breaker that is open. */
type Opening = {
  nextProbeAt: number;
  /** The newest probe, while it is under way. */
  probe: Probe | null;
};

/**
 * Breakers by function. One that is closed takes memory from its function's first failure to its next response only, so that
 * the calls of healthy functions pay a look into two small maps.
 */
export function createBreakers({ openMs, onChange, now }: BreakersOptions): Breakers {
  const failuresInARow = new Map<string, number>();
  const openings = new Map<string, Opening>();

  const count = (host: string, made: Attempt): void => {
    // It was under way when the breaker opened: that says nothing of how the function is now.
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
    // Of a function that hangs, old probes fail one after another: each would put off the next one, to the last of them.
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
      // Nearly always: a function that is well, and no failure to forget.
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
      'The last calls of this function failed one after another, so it is not called for a moment; it has not seen this call.',
    headers: {
      'proxy-status': 'rowgate; error=destination_unavailable',
      'retry-after': String(Math.ceil(waitMs / 1000)),
    },
  } as const;
  return { kind: 'failure', problem, retry: 'never', retryAfterMs: null, tripsBreaker: false };
}
