import { afterAll, beforeAll, expect, test } from 'vitest';
import { outerCharacters } from '../../../src/schemas/columns/trimmed.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The characters of the Basic Multilingual Plane that Postgres can hold as text. */
const characters = Array.from({ length: 0x10000 }, (_, code) => code)
  .filter((code) => code > 0 && !(code >= 0xd800 && code < 0xe000))
  .map((code) => String.fromCharCode(code));

test('the database takes off the ends of a text what the gateway does', async () => {
  const rows = await database.query(
    `select string_agg(c, '' order by c collate "C") as taken from unnest($1::text[]) c
     where rowgate.trimmed(c || 'a' || c) = 'a'`,
    [characters],
  );
  expect(rows).toEqual([{ taken: Array.from(outerCharacters).toSorted().join('') }]);
});

test('the database finds the path that a row claims as the gateway does', async () => {
  const path = '/run/a/b';
  const forms = [
    path,
    `${path}/`,
    `get ${path}`,
    `PUT\u00a0\u3000${path}`,
    `POST https://u@x.example${path}/`,
  ];
  for (const form of [...forms, `${outerCharacters}${path}${outerCharacters}`]) {
    const [row] = await database.query('select rowgate.claimed_path($1) as path', [form]);
    expect([form, row]).toEqual([form, { path }]);
  }
  for (const form of ['', '/run', '/elsewhere', `/run/${'a'.repeat(600)}`, null]) {
    expect(await database.query('select rowgate.claimed_path($1) as path', [form])).toEqual([{ path: null }]);
  }
});
