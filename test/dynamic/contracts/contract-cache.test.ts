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
    expect([cache.get('bad', schema), cache.get('bad', schema)]).toEqual(['unusable', 'unusable']);
    expect(unusable).toEqual(['bad']);
    expect(cache.unusable()).toEqual(['bad']);
    cache.keep(() => null);
    expect(cache.unusable()).toEqual([]);
  });

  test('that only a thread found impossible to compile are reported once, too', () => {
    unusable.length = 0;
    const cache = create();
    const schema = { allOf: Array.from({ length: 200 }, () => ({ type: 'object' })) };
    expect(cache.get('large', schema)).toBe('large');
    cache.failed('large', { ...schema }, new Error('of an earlier version of the row'));
    expect(cache.get('large', schema)).toBe('large');
    cache.failed('large', schema, new Error('no'));
    cache.failed('large', schema, new Error('no'));
    expect([cache.get('large', schema), unusable, cache.unusable()]).toEqual([
      'unusable',
      ['large'],
      ['large'],
    ]);
  });
});
