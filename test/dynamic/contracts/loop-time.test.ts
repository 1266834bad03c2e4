import { expect, test } from 'vitest';
import { createContract } from '../../../src/dynamic/contracts/compiled-contract.ts';
import {
  BudgetExceeded,
  evaluateWithin,
} from '../../../src/dynamic/contracts/evaluation/evaluation-budget.ts';

const union = createContract({
  type: 'object',
  properties: {
    list: { type: 'array', items: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'integer' }] } },
  },
  additionalProperties: { type: 'string', pattern: '^(a|b)*$' },
});
const listOf = (length: number) => ({ list: Array.from({ length }, () => 1) });
const violationsOf = (value: Parameters<typeof union.violationsIn>[0]) => union.laxViolationsIn(value, 1);

/** The time is over before the evaluation begins. */
const tooLate = <T>(evaluate: () => T): T => evaluateWithin(-1, evaluate);

test('an evaluation whose time is over stops, however many steps it has left', () => {
  expect(violationsOf(listOf(10_000))).toEqual([]);
  expect(() => tooLate(() => violationsOf(listOf(10_000)))).toThrow(BudgetExceeded);
  expect(violationsOf(listOf(10_000))).toEqual([]);
});

test('so does one that spends its time in patterns', () => {
  const texts = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`m${index}`, 'ab'.repeat(500)]),
  );
  expect(violationsOf(texts)).toEqual([]);
  expect(() => tooLate(() => violationsOf(texts))).toThrow(BudgetExceeded);
});

test('a small value never asks what time it is, so a busy machine changes nothing for it', () => {
  expect(tooLate(() => violationsOf(listOf(50)))).toEqual([]);
  expect(tooLate(() => violationsOf({ list: ['', null] }))).toHaveLength(2);
});
