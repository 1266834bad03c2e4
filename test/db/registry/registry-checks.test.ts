import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseRow } from '../../../src/schemas/parse-row.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { demoRows, echoRow, type TestRow } from '../../helpers/rows.ts';
import { createRole, openSession, registry } from '../listener/sessions.ts';
import { refusalOf } from './refusal-of.ts';

const path = '/run/companies/gemini/industry/infer';
const url = 'https://demodata--app-f.modal.run';
const endpoints = [
  path,
  `${path}/`,
  `POST ${path}`,
  `post   ${path}`,
  `POST\t${path}`,
  `POST\u00a0\u3000${path}`,
  `delete ${path}`,
  `\ufeff  ${path}\u2003\n`,
  `POST https://api.example.com${path}`,
  `HTTPS://user@API.example.com${path}`,
  `http://api.example.com:8080${path}/`,
  "/run/aZ09-._~!$&'()*+,;=:@/.../--/-",
  `/run/${'a'.repeat(507)}`,
  '   ',
  `HEAD ${path}`,
  `FETCH ${path}`,
  `GET${path}`,
  `POST\u0085${path}`,
  'run/a/b/c/d',
  '/elsewhere',
  '/run',
  '/run/',
  '/Run/a/b/c/d',
  '/runs/a',
  '//run/a',
  'https://api.example.com',
  'https://api.example.com/v1/run/a',
  'https://api.example.com?x=/run/a',
  'ftp://api.example.com/run/a',
  '/run//',
  '/run/a//b',
  '/run/a/b//',
  '/run/a/./b',
  '/run/a/..',
  '/run/a%2Fb',
  '/run/{id}/x',
  '/run/a b',
  '/run/a?b=c',
  '/run/a#b',
  '/run/a\\b',
  '/run/größe',
  '/run/a\nb',
  `/run/${'a'.repeat(508)}`,
];
const functionUrls = [
  url,
  'https://A.Modal.RUN',
  'HTTPS://a.modal.run/Path?Key=%41&l',
  `  ${url}\n`,
  'https://a..modal.run',
  'https://a.modal.run?x',
  `https://a.modal.run/${'x'.repeat(2028)}`,
  'https://127.0.0.1',
  'https://127.1/x',
  'https://2130706433',
  'https://4294967295',
  'https://0x7f.0x0.0x0.0x1',
  'https://0X7F.1',
  'https://0177.0.0.1',
  'https://1.0x',
  'https://0.0.0.00000000000377',
  'https://a.0x1g',
  '',
  null,
  'http://a.modal.run',
  'javascript:alert(1)//a.modal.run',
  'a.modal.run',
  'https:/a.modal.run',
  'https:///a.modal.run',
  'https://user:pw@a.modal.run',
  'https://a.modal.run@evil.com',
  'https://@a.modal.run',
  'https://a.modal.run:443',
  'https://a.modal.run:',
  'https://a.modal.run.',
  'https://.modal.run',
  'https://a%2emodal.run',
  'https://evil.com\\.modal.run',
  'https://a.modal.run/\\evil.com',
  'https://a.modal.run/#x',
  'https://a.modal.run/x y',
  'https://a.mo\tdal.run',
  'https://a.modal.run/\u007f',
  'https://ä.modal.run',
  'https://a\u3002modal.run',
  'https://[::1]',
  'https://a_b.modal.run',
  'https://',
  'https://?a.modal.run',
  'https://a.modal.run/%2E%2e/x',
  'https://a.modal.run/a%2Fb',
  'https://a.modal.run/a%5cb',
  `https://a.modal.run/${'x'.repeat(2029)}`,
  'https://256.1.1.1',
  'https://1.2.3.4.5',
  'https://1.2.3.256',
  'https://4294967296',
  'https://0x100000000',
  'https://040000000000',
  'https://08.1.1.1',
  'https://a.08',
  'https://1..2',
  'https://a.1',
  'https://a.0x',
  'https://9999999999999999999999999999',
];
const slugs = [
  'a',
  '  a\n',
  'ü☕'.repeat(100),
  '😀'.repeat(100),
  'a'.repeat(200),
  '',
  ' \u00a0',
  'a\tb',
  'a\u0085b',
];
const tooLong = ['a'.repeat(201), '😀'.repeat(101)];
const contracts = [
  { type: 'object' },
  {},
  null,
  [],
  [{}],
  'text',
  '',
  '{}',
  '{"a": 1}',
  'null',
  '[]',
  1,
  true,
];

const spellings: readonly TestRow[] = [
  ...endpoints.map((text) => ({ api_endpoint_url: text })),
  ...functionUrls.map((text) => ({ modal_endpoint_url: text })),
  ...[...slugs, ...tooLong].map((text) => ({ workflow_slug: text })),
  ...[1, 30, 86_400, null, 0, -1, 86_401, 2_000_000_000].map((value) => ({ timeout_seconds: value })),
  ...[1, 100_000, null, 0, -1, 100_001].map((value) => ({ max_concurrency: value })),
  ...contracts.flatMap((value) => [{ request_schema: value }, { response_schema: value }]),
  // What has no path is listed only, whatever else it says.
  { api_endpoint_url: null, modal_endpoint_url: 'nonsense', timeout_seconds: -1, request_schema: [] },
  { api_endpoint_url: '', modal_endpoint_url: null },
  { api_endpoint_url: null, workflow_slug: '' },
  {
    is_active: false,
    api_endpoint_url: '/elsewhere',
    modal_endpoint_url: 'x',
    timeout_seconds: -1,
    workflow_slug: '',
  },
  { is_active: null, api_endpoint_url: '/elsewhere' },
];

describe('the checks of the registry table', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test.each(spellings.map((over) => [JSON.stringify(over).slice(0, 100), over] as const))(
    'take or refuse %s as the gateway does, hosts that only its configuration allows aside',
    async (_, over) => {
      const row = echoRow(over);
      const verdict = parseRow(row, { allowedHosts: [], labelMismatch: () => null });
      const reasons = verdict.status === 'rejected' ? verdict.reasons.map(({ code }) => code) : [];
      const servable = reasons.every((code) => code === 'function_url_not_allowed');
      const said = await refusalOf(database, row);
      expect(said === null, said?.message ?? reasons.join()).toBe(servable);
      expect(said?.code ?? '23514').toBe('23514');
    },
  );

  test.each([
    [{ workflow_slug: ' ' }, 'workflow_slug must not be empty: set it to a unique name'],
    [
      { workflow_slug: 'a\u0007' },
      'workflow_slug must have at most 200 characters, without control characters and lone surrogates; it is "a\\u0007"',
    ],
    [
      { api_endpoint_url: '/elsewhere' },
      'api_endpoint_url "/elsewhere" is not under /run/: only paths such as /run/companies/gemini/industry/infer are routed',
    ],
    [
      { api_endpoint_url: 'HEAD /run/a' },
      'api_endpoint_url "HEAD /run/a" does not start with a supported method: write one of GET, POST, PUT, PATCH, DELETE before the path, or the path alone for POST',
    ],
    [
      { api_endpoint_url: '/run/a b' },
      `api_endpoint_url "/run/a b" cannot be routed: a segment has a character outside letters, digits and -._~!$&'()*+,;=:@`,
    ],
    [
      { modal_endpoint_url: null },
      'modal_endpoint_url must not be empty: the row has a path but no function to call',
    ],
    [
      { modal_endpoint_url: 'http://a.modal.run' },
      'modal_endpoint_url "http://a.modal.run" cannot be called: a function URL starts with https://',
    ],
    [
      { timeout_seconds: 0 },
      'timeout_seconds must be a number of seconds above 0 and at most 86400, or null for the conventional timeout; it is 0',
    ],
    [
      { max_concurrency: 0 },
      'max_concurrency must be a whole number from 1 to 100000, or null for no limit; it is 0',
    ],
    [{ request_schema: [] }, 'request_schema must be a JSON object that is a JSON Schema'],
    [{ response_schema: 'x' }, 'response_schema is text but not a JSON object: "\\"x\\""'],
  ])('say of %j what is wrong, where, and what to do', async (over, message) => {
    const said = await refusalOf(database, echoRow(over));
    expect(said?.message).toBe(message);
    expect(said?.column).toBe(Object.keys(over)[0]);
    expect(said?.hint).toMatch(/^Write /);
    expect(said?.detail).toBeUndefined();
  });

  test.each([
    { workflow_slug: ' ' },
    { workflow_slug: 'a\u0007' },
    { api_endpoint_url: '/elsewhere' },
    { api_endpoint_url: '/run//a' },
    { api_endpoint_url: '/run/a/../b' },
    { api_endpoint_url: `/run/${'a'.repeat(508)}` },
    // The gateway escapes DEL; Postgres shows it as a question mark.
    ...functionUrls
      .filter((text) => text?.endsWith('\u007f') !== true)
      .map((text) => ({ modal_endpoint_url: text })),
    { timeout_seconds: 0 },
    { timeout_seconds: 86_401 },
    { max_concurrency: 100_001 },
    { request_schema: [] },
    { response_schema: 1 },
  ])('say of %j what the gateway says', async (over) => {
    const verdict = parseRow(echoRow(over), { allowedHosts: ['*.modal.run'], labelMismatch: () => null });
    const said = await refusalOf(database, echoRow(over));
    if (said === null || verdict.status !== 'rejected') return;
    const [column] = Object.keys(over);
    const messages = verdict.reasons.map(({ message }) => message);
    expect(messages.length).toBe(1);
    // The gateway names the column apart from the message.
    expect([`${said.message}.`, `${said.message.replace(`${column} `, '')}.`]).toContain(messages[0]);
  });

  test('tell the three forms of a path in the hint', async () => {
    const said = await refusalOf(database, echoRow({ api_endpoint_url: '/elsewhere' }));
    expect(said?.hint).toContain('/run/{entity}/{provider}/{workflow}/{action}, POST /run/…');
    expect(said?.hint).toContain('https://host/run/…');
  });

  test('never repeat a password, nor what would break a line, nor a text without an end', async () => {
    const password = await refusalOf(
      database,
      echoRow({ modal_endpoint_url: 'https://u:hunter2@a.modal.run' }),
    );
    expect(password?.message).toContain('"https://…@a.modal.run"');
    const hostile = `/${'x\u001b[2J\r\n\u009b\u202e'.repeat(1000)}`;
    const said = (await refusalOf(database, echoRow({ api_endpoint_url: hostile })))?.message ?? '';
    expect(said).toMatch(/^[^\p{Cc}\u2028-\u202e]+$/u);
    expect(said.length).toBeLessThan(600);
  });

  test('take all of the demo registry, and leave to the gateway the punycode that only it can read', async () => {
    const rows = await demoRows();
    await insertRows(database, rows);
    await database.query(`delete from ${registry}`);
    expect(await refusalOf(database, echoRow({ modal_endpoint_url: 'https://xn--a.modal.run' }))).toBeNull();
  });

  test('take and refuse rows of a role that has no rights in schema rowgate', async () => {
    await using role = await createRole(database, 'insert, update');
    await using session = await openSession(role.url);
    const insert = `insert into ${registry} (workflow_slug, api_endpoint_url, modal_endpoint_url, timeout_seconds, request_schema) values`;
    await session.client.query(`${insert} ('poor', '${path}', '${url}', 30, '{}')`);
    for (const values of [
      `('', null, null, null, null)`,
      `('x', '/elsewhere', '${url}', null, null)`,
      `('x', '${path}', 'https://256.1.1.1', null, null)`,
      `('x', '${path}', '${url}', 0, null)`,
      `('x', '${path}', '${url}', null, '[]')`,
    ]) {
      await expect(session.client.query(`${insert} ${values}`)).rejects.toMatchObject({ code: '23514' });
    }
    await database.query(`delete from ${registry}`);
  });

  test('take or refuse a timeout in whatever type the column has', async () => {
    const isAccepted = async (text: string): Promise<unknown> =>
      (await database.query('select rowgate.timeout_fault($1) is null as good', [text]))[0]?.['good'];
    for (const text of ['30', '0.5', ' 1e3 ', '+1', '.5', '86400.0', '0x10', '', '\u00a0']) {
      expect([text, await isAccepted(text)]).toEqual([text, true]);
    }
    for (const text of [
      'NaN',
      'Infinity',
      '1e400',
      '1e-400',
      '-0',
      '86400.1',
      '30 s',
      '1,5',
      '--1',
      'true',
      '0x15181',
    ]) {
      expect([text, await isAccepted(text)]).toEqual([text, false]);
    }
  });
});
