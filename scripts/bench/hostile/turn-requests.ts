import { pathOf } from '../rows.ts';

/** A body of 90 KB is one of the largest that are validated on the event loop. */
const large = 90_000;

const members = <T>(count: number, valueOf: (index: number) => T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, valueOf(index)]));
const listOf = (items: object): object => ({ type: 'object', properties: { ids: { type: 'array', items } } });

/** Contracts by the name in the path that they are served at. */
export const turnContracts: Readonly<Record<string, object>> = {
  texts: listOf({ type: 'string' }),
  unions: listOf({
    anyOf: [
      { type: 'string', minLength: 2 },
      { type: 'integer', maximum: 5 },
    ],
  }),
  choices: listOf({ anyOf: Array.from({ length: 90 }, (_, maxLength) => ({ type: 'string', maxLength })) }),
  members: { type: 'object', properties: members(90, () => ({ type: 'string' })), required: ['m1'] },
  patterns: {
    type: 'object',
    properties: members(45, (index) => ({ type: 'string', pattern: `^(a|b)+${index}[0-9]{2,7}$` })),
  },
  thousand: { type: 'object', properties: members(990, () => ({ type: 'string', maxLength: 3 })) },
};

export const contractPath = (name: string): string => `/run/companies/bench/${name}/check`;

const get = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${headers}\r\n`;
const post = (path: string, body: string, type = 'application/json'): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const checked = (name: string, body: unknown): string =>
  post(contractPath(name), typeof body === 'string' ? body : JSON.stringify(body));
const numbers = `{"ids":[${'1,'.repeat(large / 2)}1]}`;

/** Requests of all kinds, each the most expensive of its kind that we know. */
export const turnRequests: Readonly<Record<string, string>> = {
  'a call': post(pathOf(0), '{}'),
  'a valid body, 90 KB': checked('texts', { ids: Array.from({ length: large / 4 }, () => 'a') }),
  'numbers where texts are wanted, 90 KB': checked('texts', numbers),
  'numbers against two alternatives, 90 KB': checked('unions', numbers),
  'numbers against 90 alternatives, 90 KB': checked('choices', numbers),
  'unknown members, 90 KB': checked(
    'members',
    members(7_000, (index) => index),
  ),
  'misspelt members, 90 KB': checked('members', { mm_1: '', ...members(7_000, () => '') }),
  'texts against 45 patterns': checked(
    'patterns',
    members(45, () => 'ab'.repeat(500)),
  ),
  'a contract with 990 members': checked(
    'thousand',
    members(990, () => 'abcd'),
  ),
  'nested brackets, 90 KB': checked('texts', '['.repeat(large)),
  'JSON with an error at its end, 90 KB': checked('texts', `{"a":"${'x'.repeat(large)}",}`),
  'a form, 90 KB': post(contractPath('texts'), 'a=b&'.repeat(large / 4), 'application/x-www-form-urlencoded'),
  'an unknown path': get('/run/companies/provider-1/workflow-x/lookupp'),
  'a path of 5,000 segments': get(`/run/${'a/'.repeat(5_000)}`),
  'a query of 2,000 parameters': get(`/api/enrichment/workflows?${'x=1&'.repeat(2_000)}`),
  'a listing': get('/api/enrichment/workflows?limit=1000'),
  'the audit': get('/api/enrichment/audit'),
  'the status': get('/api/enrichment/status'),
  'the metrics': get('/metrics'),
  'the OpenAPI document': get('/openapi.json'),
  'the OpenAPI document, compressed': get('/openapi.json', 'accept-encoding: gzip\r\n'),
  'the OpenAPI document as YAML': get('/openapi.yaml?entity=companies&provider=provider-1'),
  'a document of nothing': get('/openapi.json?entity=nope'),
  'the docs page': get('/docs'),
  "the docs page's script": get('/docs/assets/swagger-ui-bundle.js'),
  'the page of errors': get('/errors'),
  'the entry points': get('/'),
};
