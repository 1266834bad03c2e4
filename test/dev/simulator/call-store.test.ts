import { describe, expect, test } from 'vitest';
import { type Call, createCallStore } from '../../../src/dev/simulator/call-store.ts';

function callNamed(id: string, heldBytes = 1): Call {
  return { id, label: 'a--b', readyAtMs: 0, heldBytes, location: undefined, deliver: () => undefined };
}

describe('the store of calls', () => {
  test('forgets the oldest call beyond its count', () => {
    const store = createCallStore(2, 1000);
    for (const id of ['one', 'two', 'three']) store.keep(callNamed(id));
    expect(store.find('one', 'a--b')).toBeUndefined();
    expect(store.find('two', 'a--b')?.id).toBe('two');
    expect(store.find('three', 'a--b')?.id).toBe('three');
  });

  test('forgets the oldest calls beyond its bytes, and never the newest', () => {
    const store = createCallStore(10, 100);
    store.keep(callNamed('one', 60));
    store.keep(callNamed('two', 60));
    expect(store.find('one', 'a--b')).toBeUndefined();
    store.keep(callNamed('huge', 500));
    expect(store.find('two', 'a--b')).toBeUndefined();
    expect(store.find('huge', 'a--b')?.id).toBe('huge');
  });

  test('counts a call once, however often it is kept', () => {
    const store = createCallStore(10, 100);
    store.keep(callNamed('one', 40));
    for (let leg = 0; leg < 5; leg += 1) store.keep(callNamed('two', 40));
    expect(store.find('one', 'a--b')?.id).toBe('one');
  });
});
