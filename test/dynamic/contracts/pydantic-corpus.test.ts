import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createContract } from '../../../src/dynamic/contracts/compiled-contract.ts';
import { checkBody } from '../../../src/dynamic/contracts/request-check.ts';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { messages } from '../../schemas/verdicts.ts';
import { parseContract } from '../../../src/schemas/columns/contract.ts';

/** Models' schemas as pydantic 2.13.4 publishes them, bodies, and its verdict on each, with the type of its first error. */
type Model = Readonly<{
  name: string;
  schema: JsonObject;
  bodies: readonly Readonly<{ body: string; valid: boolean; why: string | null }>[];
}>;

const textOf = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
/** Models written for what is particular about them, and random ones, one a line. */
const corpus: readonly Model[] = [
  ...JSON.parse(textOf('pydantic-corpus.json')),
  ...textOf('pydantic-random.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line)),
];

/** Bodies that pydantic takes for a reason that it does not publish and that nothing in the schema hints at. */
const unpublished: readonly string[] = [
  // AliasChoices('domain', 'website') is published as `domain` alone.
  'alias choices: {"website": "x"}',
  // coerce_numbers_to_str, without which pydantic refuses a number for text.
  'coerce numbers to str: {"zip": 12345}',
];

/** Bodies that pydantic refuses and the contract passes, so that the function refuses them. May only become fewer. */
const takenAtMost = 64;

const verdicts = corpus.flatMap(({ name, schema, bodies }) => {
  const parsed = parseContract(schema, 'request_schema');
  if (!parsed.ok || parsed.value === null) throw new Error(`${name}: ${messages(parsed)}`);
  const contract = createContract(parsed.value);
  return bodies.map(({ body, valid, why }) => ({
    case: `${name}: ${body}`,
    valid,
    why,
    isAccepted: checkBody(contract, Buffer.from(body), false).kind === 'valid',
  }));
});

test('a body that pydantic accepts is accepted, except where nothing published tells', () => {
  const refused = verdicts.filter(({ valid, isAccepted }) => valid && !isAccepted).map((each) => each.case);
  expect(refused).toEqual(unpublished);
});

test('a body that pydantic refuses is accepted no more often than counted', () => {
  const taken = verdicts.filter(({ valid, isAccepted }) => !valid && isAccepted);
  expect(taken.length, taken.map((each) => `${each.case} (${each.why})`).join('\n')).toBe(takenAtMost);
});
