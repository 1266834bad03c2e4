import { expect, test } from 'vitest';
import { buildSnapshot } from '../../../src/dynamic/registry/snapshot.ts';
import { createRegistryStore } from '../../../src/dynamic/registry/store.ts';
import { snapshotOf, verdictOf } from './rows.ts';

test('a store has no snapshot before the first one, then always the last one', () => {
  const store = createRegistryStore();
  expect(store.current()).toBeUndefined();
  const [first, second] = [buildSnapshot('1', []), buildSnapshot('2', [])];
  store.swap(first);
  const held = store.current();
  store.swap(second);
  expect(held).toBe(first);
  expect(store.current()).toBe(second);
});

test('everyone hears of each swap, wherever the snapshot came from, and of what differs', () => {
  const store = createRegistryStore();
  const heard: (readonly [version: string, slugs: readonly string[]])[] = [];
  for (let listener = 0; listener < 2; listener += 1)
    store.onSwap(({ version }, changed) => heard.push([version, changed.map(({ entry }) => entry.slug)]));
  store.swap(snapshotOf('1', [verdictOf('a')]));
  const changed = store.swap(snapshotOf('2', [verdictOf('a'), verdictOf('b')]));
  expect(changed.map(({ entry }) => entry.slug)).toContain('b');
  expect(heard).toEqual([
    ['1', ['a']],
    ['1', ['a']],
    ['2', ['a', 'b']],
    ['2', ['a', 'b']],
  ]);
});
