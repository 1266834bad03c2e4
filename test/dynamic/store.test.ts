import { expect, test } from 'vitest';
import { buildSnapshot } from '../../src/dynamic/snapshot.ts';
import { createRegistryStore } from '../../src/dynamic/store.ts';

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
