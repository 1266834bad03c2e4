import { expect, test } from 'vitest';
import { stateOf } from '../../../src/dynamic/registry/registry-state.ts';

const synced = {
  versionServed: '7',
  versionInDatabase: '7',
  lastCheckAt: 1,
  outOfSyncSince: null,
  lastError: null,
  mode: 'tracked',
} as const;

test.each([
  ['synced', synced, true, 0],
  ['degraded', synced, true, 1],
  ['out_of_sync', { ...synced, outOfSyncSince: 2 }, true, 0],
  ['never_loaded', synced, false, 0],
] as const)('a registry is %s', (state, status, hasSnapshot, badRows) => {
  expect(stateOf(status, hasSnapshot, badRows)).toBe(state);
});

test('a snapshot from disk is out_of_sync until a check has confirmed it, though none has failed', () => {
  const unchecked = { ...synced, versionServed: null, versionInDatabase: null, lastCheckAt: null };
  expect(stateOf(unchecked, true, 0)).toBe('out_of_sync');
});
