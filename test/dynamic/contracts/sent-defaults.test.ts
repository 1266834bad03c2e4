import { expect, test } from 'vitest';
import { checkBody } from '../../../src/dynamic/contracts/request-check.ts';
import type { JsonObject, JsonValue } from '../../../src/json-schema/json.ts';
import { contractOf } from './contract-of.ts';

/** What the function receives for a body, where the row applies defaults. */
function received(schema: JsonObject, body: string): string | null {
  const verdict = checkBody(contractOf(schema), Buffer.from(body), true);
  return verdict.kind === 'valid' && verdict.body !== null ? Buffer.from(verdict.body).toString() : null;
}

test.each<[why: string, member: JsonObject]>([
  ['null for a number', { type: 'integer', default: null }],
  ['a list for JSON in a text', { type: 'string', contentMediaType: 'application/json', default: [] }],
  ['a text that is too short', { type: 'string', minLength: 3, default: '' }],
  ['a variant that there is not', { anyOf: [{ type: 'integer' }, { $ref: '#/$defs/Size' }], default: 'xl' }],
  [
    'the stars of a SecretStr',
    { type: 'string', format: 'password', writeOnly: true, default: '**********' },
  ],
  [
    'the stars of an optional SecretStr',
    { anyOf: [{ type: 'string', format: 'password' }, { type: 'null' }], default: '**********' },
  ],
  ['stars within a model', { type: 'object', default: { token: '**********' } }],
  ['no date', { type: 'string', format: 'date', default: '' }],
  ['a number that JavaScript rounds', JSON.parse('{"default":1234567890123456789}')],
  ['one in a list', JSON.parse('{"default":[{"id":9007199254740993}]}')],
])('a default that its own schema refuses, or that is not what it seems, is not sent: %s', (_, member) => {
  const $defs = { Size: { type: 'string', enum: ['s', 'm'] } };
  const schema = { properties: { a: member, b: { default: 1 } }, $defs };
  expect(received(schema, '{}')).toBe('{"b":1}');
});

test.each<[member: JsonObject, sent: JsonValue]>([
  [{ anyOf: [{ type: 'integer' }, { type: 'null' }], default: null }, null],
  [{ $ref: '#/$defs/Size', default: 's' }, 's'],
  [{ type: 'string', format: 'date-time', default: '2024-01-01T00:00:00Z' }, '2024-01-01T00:00:00Z'],
  [{ type: 'string', default: '' }, ''],
  [{ default: 0.1 }, 0.1],
])('%j is sent', (member, sent) => {
  const schema = { properties: { a: member }, $defs: { Size: { type: 'string', enum: ['s', 'm'] } } };
  expect(received(schema, '{}')).toBe(JSON.stringify({ a: sent }));
});

test('no default is sent beside a member that the contract does not name: it may be the same by another name', () => {
  const schema = { properties: { isPaused: { type: 'boolean', default: false }, note: {} } };
  expect(received(schema, '{"is_paused":true}')).toBe('{"is_paused":true}');
  expect(received(schema, '{"note":1}')).toBe('{"isPaused":false,"note":1}');
});
