import { describe, expect, test } from 'vitest';
import { createContract } from '../../../src/dynamic/contracts/compiled-contract.ts';
import { parseContract } from '../../../src/schemas/columns/contract.ts';
import type { JsonObject, JsonValue } from '../../../src/json-schema/json.ts';
import { officialSuiteMissing, suiteFiles, suiteGroups } from './official-suite.ts';

const bodies: readonly JsonValue[] = [null, 5, '5', [], [1, 'a'], {}, { a: 1, b: '2' }];

/** An accepted contract must be enforceable: it compiles, and validates any body. False where it is rejected. */
function isEnforceable(schema: JsonValue): boolean {
  const contract = parseContract(schema, 'request_schema');
  if (!contract.ok || contract.value === null) return false;
  const { laxViolationsIn } = createContract(contract.value);
  for (const body of bodies) laxViolationsIn(body, 100);
  return true;
}

describe('a contract that is accepted can be compiled', () => {
  const target: JsonObject = { type: 'object', required: ['p'], properties: { p: { $ref: '#/$defs/B' } } };
  test.each<[why: string, schema: JsonObject]>([
    [
      'a root that has definitions of its own',
      { $ref: '#/$defs/A', $defs: { A: { ...target, $defs: { X: {} } }, B: {} } },
    ],
    [
      'a root that has an $id of its own',
      { $ref: '#/$defs/A', $defs: { A: { $id: 'https://a.example/a', required: ['p'] } } },
    ],
    [
      'a root that has an anchor of its own',
      { $ref: '#a', $defs: { A: { ...target, $anchor: 'a' }, B: { $anchor: 'b' } } },
    ],
    ['an anchor where Ajv looks for none', { $ref: '#a', prefixItems: [{ $anchor: 'a' }] }],
    [
      'what Ajv reads and JSON Schema does not',
      { nullable: true, properties: { a: { id: 'x', $async: true }, b: { type: 'null', nullable: false } } },
    ],
    [
      'a dialect further down',
      { properties: { a: { $schema: 'http://json-schema.org/draft-07/schema#', items: {} } } },
    ],
  ])('%s', (_, schema) => {
    expect(isEnforceable(schema)).toBe(true);
  });

  test('any of 3,000 small schemas', () => {
    const random = randomFrom(20261126);
    const accepted = Array.from({ length: 3_000 }, () => isEnforceable(someSchema(random, 3))).filter(
      Boolean,
    );
    expect(accepted.length).toBeGreaterThan(500);
  });

  test.skipIf(officialSuiteMissing !== null)('any of those of JSON Schema’s own tests', () => {
    const accepted = suiteFiles().flatMap((file) =>
      suiteGroups(file).filter(({ schema }) => isEnforceable(schema)),
    );
    expect(accepted.length).toBeGreaterThan(200);
  });
});

type Random = (below: number) => number;

/** Mulberry32, so that a failure can be reproduced. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[random(choices.length)] ?? choices[0];
}

/** A schema of a few keywords, any that Ajv or JSON Schema give a meaning to, most of them well-formed. */
function someSchema(random: Random, depth: number): JsonObject {
  const schema = (): JsonValue =>
    depth === 0 || random(6) === 0 ? pick(random, [true, false, {}]) : someSchema(random, depth - 1);
  const name = (): string => pick(random, ['a', 'b', '__proto__', '$id', 'x/y']);
  const map = (): JsonObject => Object.fromEntries([1, 2].map(() => [name(), schema()]));
  const ref = (): string =>
    pick(random, ['#', '#/$defs/a', '#/$defs/b', '#a', '#b', '#/properties/a', '#/x-own']);
  const makers: Readonly<Record<string, () => JsonValue>> = {
    type: () =>
      pick<JsonValue>(random, ['object', 'integer', 'string', ['integer', 'null'], 'array', 'null']),
    enum: () => pick<JsonValue>(random, [[1], ['a', null], [{ $id: 'a' }], []]),
    const: () => pick<JsonValue>(random, [1, null, { $ref: '#' }]),
    minimum: () => random(5),
    minLength: () => random(5),
    pattern: () => pick(random, ['^a', '[', 'a+']),
    required: () => [name()],
    dependentRequired: () => ({ a: [name()] }),
    default: () => pick<JsonValue>(random, [1, { $anchor: 'a' }]),
    nullable: () => random(2) === 0,
    $async: () => true,
    id: () => 'x',
    discriminator: () => ({ propertyName: 'a' }),
    $id: () => pick(random, ['https://a.example/a', 'b', '#', '', 'http://[']),
    $anchor: () => pick(random, ['a', 'b']),
    $dynamicAnchor: () => pick(random, ['a', 'b']),
    $schema: () =>
      pick(random, [
        'https://json-schema.org/draft/2020-12/schema',
        'http://json-schema.org/draft-07/schema#',
      ]),
    $ref: ref,
    $dynamicRef: ref,
    $recursiveRef: () => '#',
    format: () => pick(random, ['date', 'nonsense']),
    'x-own': schema,
    ...Object.fromEntries(
      ['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((key) => [key, () => [schema(), schema()]]),
    ),
    ...Object.fromEntries(
      [
        'not',
        'if',
        'then',
        'else',
        'items',
        'contains',
        'additionalProperties',
        'propertyNames',
        'unevaluatedProperties',
        'unevaluatedItems',
        'contentSchema',
      ].map((key) => [key, schema]),
    ),
    ...Object.fromEntries(
      ['properties', 'patternProperties', 'dependentSchemas', 'dependencies', '$defs', 'definitions'].map(
        (key) => [key, map],
      ),
    ),
  };
  const keywords = Object.keys(makers);
  const chosen = Array.from({ length: 1 + random(4) }, () => keywords[random(keywords.length)] ?? 'type');
  return Object.fromEntries(chosen.map((keyword) => [keyword, makers[keyword]?.() ?? true]));
}
