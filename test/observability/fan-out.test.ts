import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fanOut, type Observation } from '../../src/observability/observation.ts';
import { endedCall } from './ended-call.ts';

const started = (requestId: string): Observation => ({ kind: 'call_started', requestId, slug: 'a' });
const ended = (requestId: string) => endedCall({ requestId });

test('ends of calls are passed on at the end of the turn, each once and in order, other observations at once', async () => {
  const seen: string[] = [];
  const subscriber = (name: string) => (observation: Observation) => {
    seen.push(`${name} ${observation.kind} ${'requestId' in observation ? observation.requestId : ''}`);
  };
  const observe = fanOut([subscriber('log'), subscriber('metrics')]);
  for (const observation of [ended('1'), started('2'), ended('2')]) observe(observation);
  expect(seen.splice(0)).toEqual(['log call_started 2', 'metrics call_started 2']);
  await nextTurn();
  expect(seen.splice(0)).toEqual([
    'log call_ended 1',
    'log call_ended 2',
    'metrics call_ended 1',
    'metrics call_ended 2',
  ]);
  observe(ended('3'));
  await nextTurn();
  expect(seen).toEqual(['log call_ended 3', 'metrics call_ended 3']);
});
