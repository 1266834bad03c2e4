import { describe, expect, test } from 'vitest';
import { type Call, createCallStore } from '../../../src/dev/simulator/call-store.ts';

function callNamed(id: string, bufferedBytes = 1): Call {
  return { id, label: 'a--b', readyAtMs: 0, bufferedBytes, location: undefined, deliver: () => undefined };
}

describe('the store of calls', () => {
  test('forgets the oldest call beyond the maximum number', () => {
    const store = createCallStore(2, 1000);
    for (const id of ['one', 'two', 'three']) store.keep(callNamed(id));
    expect(store.find('one', 'a--b')).toBeUndefined();
    expect(store.find('two', 'a--b')?.id).toBe('two');
    expect(store.find('three', 'a--b')?.id).toBe('three');
  });

  test('forgets the oldest calls beyond the maximum size, but never the newest', () => {
    const store = createCallStore(10, 100);
    store.keep(callNamed('one', 60));
    store.keep(callNamed('two', 60));
    expect(store.find('one', 'a--b')).toBeUndefined();
    store.keep(callNamed('huge', 500));
    expect(store.find('two', 'a--b')).toBeUndefined();
    expect(store.find('huge', 'a--b')?.id).toBe('huge');
  });

  test('counts a call once, no matter how often it is kept', () => {
    const store = createCallStore(10, 100);
    store.keep(callNamed('one', 40));
    for (let hop = 0; hop < 5; hop += 1) store.keep(callNamed('two', 40));
    expect(store.find('one', 'a--b')?.id).toBe('one');
  });
});
