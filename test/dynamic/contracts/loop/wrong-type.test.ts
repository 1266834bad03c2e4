import { beforeEach, expect, test } from 'vitest';
import { createEvaluationBudget } from '../../../../src/dynamic/contracts/evaluation/evaluation-budget.ts';
import { readLaxly } from '../../../../src/dynamic/contracts/evaluation/lax-values.ts';
import { searchFailures } from '../../../../src/dynamic/contracts/messages/failure-search.ts';
import type { JsonObject, JsonValue } from '../../../../src/json-schema/json.ts';

const object: JsonObject = { type: 'object', properties: { a: { type: 'integer' } } };
const list: JsonObject = { type: ['array', 'null'], items: { type: 'integer' } };

const budget = createEvaluationBudget();
beforeEach(() => budget.refill(1_000));

/** A value that counts how often something within it is read. */
function watched(value: JsonValue[] | Record<string, JsonValue>) {
  const reads = { made: 0 };
  const handler: ProxyHandler<typeof value> = {
    get: (target, name) => {
      reads.made += 1;
      return Reflect.get(target, name);
    },
    ownKeys: (target) => {
      reads.made += 1;
      return Reflect.ownKeys(target);
    },
  };
  return { value: new Proxy(value, handler), reads };
}

test.each<[string, JsonObject, JsonValue[] | Record<string, JsonValue>]>([
  ['a list where an object is expected', object, ['1', '2', '3']],
  ['an object where a list is expected', list, { a: '1', b: '2' }],
])('within %s nothing is read: it may have five million items', (_, schema, given) => {
  const { value, reads } = watched(given);
  expect(readLaxly(schema, value, budget.spend)).toBe(value);
  const failures = searchFailures(schema, value, { budget: 1_000, failures: 100 });
  expect(failures.map(({ keyword }) => keyword)).toEqual(['type']);
  expect(reads.made).toBe(0);
});

test('within a value of the right type everything is read', () => {
  const { value, reads } = watched(['1', '2']);
  expect(readLaxly(list, value, budget.spend)).toEqual([1, 2]);
  expect(reads.made).toBeGreaterThan(0);
});
