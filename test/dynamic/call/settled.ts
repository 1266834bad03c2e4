import type { CallEnded, Observation } from '../../../src/observability/observation.ts';
import { until } from '../../helpers/until.ts';
import type { TestCore } from './calls.ts';

/** What was reported of one call: the kinds of its events in their order, and what its `call_ended` says. */
export type ToldCall = Readonly<{ events: string }> &
  Pick<
    CallEnded,
    'requestId' | 'outcome' | 'status' | 'code' | 'attempts' | 'requestBytes' | 'responseBytes'
  > &
  Readonly<{ error: unknown }>;

const nothing = { inFlight: 0, bufferedBytes: 0, slots: 0, waiting: 0 };

/**
 * Waits until each call that started has ended and nothing is held any more.
 *
 * @returns what was reported of each call, in the order of their start.
 * @throws where a call ended more or less than once, or something is still held.
 */
export async function settled(core: TestCore): Promise<readonly ToldCall[]> {
  const { observations, held } = core;
  const count = (kind: Observation['kind']): number =>
    observations.filter((seen) => seen.kind === kind).length;
  await until('every call has ended', () => count('call_ended') >= count('call_started'));
  const left = held();
  if (JSON.stringify(left) !== JSON.stringify(nothing))
    throw new Error(`Every call has ended, but this is still held: ${JSON.stringify(left)}.`);
  const reported = callsIn(observations);
  const odd = reported.find(({ events }) => !/^started( redirected)*( responded)? ended$/.test(events));
  if (odd !== undefined) throw new Error(`${odd.requestId} was reported as: ${odd.events}.`);
  return reported;
}

/** What was reported of each call so far. */
function callsIn(observations: readonly Observation[]): readonly ToldCall[] {
  const byId = Map.groupBy(observations.filter(isOfCall), ({ requestId }) => requestId);
  return [...byId.values()].flatMap((events) => {
    const kinds = events.map(({ kind }) => kind.slice('call_'.length)).join(' ');
    return events
      .filter((event) => event.kind === 'call_ended')
      .map(({ requestId, outcome, status, code, attempts, requestBytes, responseBytes, error }) => ({
        requestId,
        events: kinds,
        outcome,
        status,
        code,
        attempts,
        requestBytes,
        responseBytes,
        error,
      }));
  });
}

type CallEvent = Extract<
  Observation,
  { kind: 'call_started' | 'call_redirected' | 'call_responded' | 'call_ended' }
>;

function isOfCall(seen: Observation): seen is CallEvent {
  return seen.kind.startsWith('call_');
}
