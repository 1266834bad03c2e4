import { describe, expect, test } from 'vitest';
import { createContractCache } from '../../../src/dynamic/contracts/contract-cache.ts';

describe('the contracts in memory', () => {
  const unusable: string[] = [];
  const create = () => createContractCache((slug) => unusable.push(slug));

  test('are compiled once, and again where the schema changed', () => {
    const cache = create();
    const schema = { type: 'object' };
    expect(cache.get('a', schema)).toBe(cache.get('a', schema));
    expect(cache.get('a', { type: 'object' })).not.toBe(cache.get('a', schema));
  });

  test('are a thousand at most', () => {
    const cache = create();
    for (let index = 0; index < 1_100; index += 1) cache.get(`w${index}`, {});
    expect(cache.size()).toBe(1_000);
  });

  test('are dropped when a swap takes them out of service', () => {
    const cache = create();
    const kept = {};
    for (const slug of ['gone', 'changed']) cache.get(slug, {});
    cache.get('kept', kept);
    cache.keep((slug) => ({ kept, changed: {} })[slug] ?? null);
    expect(cache.size()).toBe(1);
  });

  test('that cannot be compiled are reported once and enforce nothing', () => {
    const cache = create();
    const schema = { $ref: 'elsewhere' };
    expect([cache.get('bad', schema), cache.get('bad', schema)]).toEqual([null, null]);
    expect(unusable).toEqual(['bad']);
    expect(cache.unusable()).toEqual(['bad']);
    cache.keep(() => null);
    expect(cache.unusable()).toEqual([]);
  });
});
