import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { violationsOf } from './contract-of.ts';

const aliased: JsonObject = {
  type: 'object',
  properties: { companyName: { type: 'string' }, pageSize: { type: 'integer' }, from: { type: 'string' } },
  required: ['companyName', 'from'],
  additionalProperties: false,
};

test('a member that is published under an alias may be sent by the name of its field', () => {
  expect(violationsOf(aliased, { company_name: 'x', page_size: 5, from: 'y' })).toEqual([]);
  expect(violationsOf(aliased, { companyName: 'x', sender: 'y' })).toEqual([]);
  expect(violationsOf(aliased, { company_name: 'x', sender: 'y', page_size: '5' })).toEqual([]);
});

test('it is validated as what it is published as', () => {
  expect(violationsOf(aliased, { company_name: null, from: 'y' })).toEqual([
    '/companyName: companyName must be text, not null (text, not null)',
  ]);
  expect(violationsOf(aliased, { companyName: 'x', sender: 7 })).toContain('/from: from is required (text)');
  expect(violationsOf(aliased, { companyName: 'x', from: 'y', pages: 5 })).toEqual([
    '/pages: pages is not a known field (nothing)',
  ]);
});

test('a field that is published by its own name has no other, and the error names the near one that was sent', () => {
  const schema = {
    type: 'object',
    properties: { company_name: { type: 'string' } },
    required: ['company_name'],
  };
  expect(violationsOf(schema, { companyName: 'x' })).toEqual([
    '/company_name: company_name is required; did you send it as "companyName"? (text)',
  ]);
  expect(violationsOf(schema, { name: 'x' })).toEqual(['/company_name: company_name is required (text)']);
});
