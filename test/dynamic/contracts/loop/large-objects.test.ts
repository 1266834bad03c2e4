import { expect, test } from 'vitest';
import {
  createContract,
  loopEffort,
  workerEffort,
} from '../../../../src/dynamic/contracts/compiled-contract.ts';
import {
  BudgetExceeded,
  evaluateWithin,
} from '../../../../src/dynamic/contracts/evaluation/evaluation-budget.ts';
import { readJson } from '../../../../src/dynamic/contracts/json-body.ts';
import { searchFailures } from '../../../../src/dynamic/contracts/messages/failure-search.ts';
import type { JsonObject } from '../../../../src/json-schema/json.ts';

/** The time is over before anything begins, so whatever looks at the clock stops. */
const tooLate = <T>(work: () => T): T => evaluateWithin(-1, work);

const objectOf = <T>(length: number, valueOf: (index: number) => T): Record<string, T> =>
  Object.fromEntries(Array.from({ length }, (_, index) => [`m${index}`, valueOf(index)]));
const text = { type: 'string' };

test('members that no schema applies to are read within the time, too', () => {
  const { laxViolationsIn } = createContract(
    { type: 'object', properties: { m0: text }, required: ['m0'] },
    loopEffort,
  );
  const body = objectOf(5_000, () => 1);
  expect(laxViolationsIn(body, 60_000)).toMatchObject([{ pointer: '/m0' }]);
  expect(() => tooLate(() => laxViolationsIn(body, 60_000))).toThrow(BudgetExceeded);
});

test('so are those that may have been sent in place of an alias', () => {
  const { laxViolationsIn } = createContract(
    { type: 'object', properties: { companyName: text, size: { type: 'integer' } } },
    loopEffort,
  );
  const body = { ...objectOf(5_000, () => 1), size: 'x' };
  expect(laxViolationsIn(body, 60_000)).toHaveLength(1);
  expect(() => tooLate(() => laxViolationsIn(body, 60_000))).toThrow(BudgetExceeded);
});

test('and those that failures are searched for in', () => {
  const schema: JsonObject = { properties: { last: text } };
  const body = { ...objectOf(5_000, () => 1), last: 1 };
  const search = () => searchFailures(schema, body, { budget: 150_000, failures: 100 });
  expect(search()).toHaveLength(1);
  expect(() => tooLate(search)).toThrow(BudgetExceeded);
});

test.each([
  ['numbers', `[${'1,'.repeat(45_000)}`],
  ['escapes', `["${String.raw`\n`.repeat(45_000)}`],
])('the fault of a text that is not JSON is searched for within the time: %s', (_, broken) => {
  const read = () => readJson(Buffer.from(broken));
  expect(read()).toMatchObject({ ok: false });
  expect(() => tooLate(read)).toThrow(BudgetExceeded);
  expect(tooLate(() => readJson(Buffer.from(broken.slice(0, 200))))).toMatchObject({ ok: false });
});

test('only violations that are reported say which name was probably meant', () => {
  const body = objectOf(60, () => 1);
  const names = Object.keys(body).map((name) => [`${name}_x`.replace('m', 'member_'), text]);
  const schema = { properties: Object.fromEntries(names), additionalProperties: false };
  const sent = Object.fromEntries(Object.keys(schema.properties).map((name) => [`${name}y`, '']));
  const { violationsIn } = createContract(schema, workerEffort);
  const hinted = violationsIn(sent, 1_000).filter(({ message }) => message.includes('did you mean'));
  expect(hinted).toHaveLength(20);
});
