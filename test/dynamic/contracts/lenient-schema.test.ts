import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/json-schema/json.ts';
import { parseContract } from '../../../src/schemas/columns/contract.ts';
import { field, violationsOf } from './contract-of.ts';

const isAccepted = (schema: JsonObject, value: JsonValue): boolean =>
  violationsOf(field(schema), { field: value }).length === 0;

const lookahead = '^(?=a)';

test('a pattern that cannot be matched refuses nothing, and is a warning of the row', () => {
  const schema = { properties: { a: { pattern: lookahead } } };
  expect(violationsOf(schema, { a: 'b' })).toEqual([]);
  expect(parseContract(schema, 'request_schema')).toEqual({
    ok: true,
    value: schema,
    warnings: [
      {
        code: 'pattern_not_applied',
        column: 'request_schema',
        message: `request_schema has the pattern "${lookahead}", which looks ahead or behind, which takes more than linear time, so it is not applied.`,
      },
    ],
  });
});

test.each<[schema: JsonObject, value: JsonValue]>([
  [{ not: { pattern: lookahead } }, 'b'],
  [{ not: { $ref: '#/$defs/x' } }, 'b'],
  [{ patternProperties: { [lookahead]: { type: 'integer' } }, additionalProperties: false }, { b: 'x' }],
  [{ not: { patternProperties: { [lookahead]: false } } }, { b: 'x' }],
  [{ anyOf: [{ type: 'integer' }, { type: 'string', pattern: lookahead }] }, 'b'],
])('where it is within other keywords, it refuses nothing either: %j', (schema, value) => {
  const whole = { ...field(schema), $defs: { x: { pattern: lookahead } } };
  expect(violationsOf(whole, { field: value })).toEqual([]);
});

test.each<[schema: JsonObject, accepted: readonly JsonValue[], refused: readonly JsonValue[]]>([
  [{ type: 'string', pattern: '^[A-Z]{2}$' }, ['DE', ' DE\n'], ['D', 'D E']],
  [{ type: 'string', maxLength: 5 }, [' abcde '], ['abcdef']],
  [{ type: 'string', format: 'binary', minLength: 2 }, ['é'], ['e']],
  [{ type: 'string', format: 'base64', maxLength: 2 }, ['aGk='], ['aGVsbG8=']],
  [{ type: 'number' }, ['inf', ' -Infinity ', 'nan', '1e5'], ['infinite']],
  [{ enum: [1, 'x'] }, [true], [false, '1']],
  [{ const: true }, [1], [0]],
  [{ type: 'string', format: 'duration' }, [5, true], [[]]],
  [{ type: 'string', format: 'ipv4' }, [16_909_060], [{}]],
  [{ type: 'array', prefixItems: [{ type: 'integer' }], minItems: 1 }, [{ x: 1 }, [1]], [[]]],
  [{ type: 'integer', multipleOf: 5 }, ['10', 5.0], ['11']],
])('%j', (schema, accepted, refused) => {
  expect(accepted.filter((value) => !isAccepted(schema, value))).toEqual([]);
  expect(refused.filter((value) => isAccepted(schema, value))).toEqual([]);
});
