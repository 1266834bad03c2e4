import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase } from '../../../src/db/pool.ts';
import { createRegistrySource } from '../../../src/db/registry/registry.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

const table = 'reference.enrichment_workflow_registry';

describe('reading the registry', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase('blank');
  });
  afterEach(() => database.drop());

  const read = async (name = table, known: ReadonlySet<string> = new Set()) => {
    const db = createDatabase({ url: database.url, max: 1, caFile: null, observe: () => undefined });
    try {
      return await createRegistrySource(db, name).readListing(known, (row) => row);
    } finally {
      await db.destroy();
    }
  };

  test('says which command makes the table where there is none', async () => {
    await expect(read()).rejects.toThrow(/no table reference\.enrichment_workflow_registry.*npm run migrate/);
  });

  test('takes a table that has only the three columns it needs', async () => {
    await database.query('create schema other');
    await database.query(
      'create table other.routes (workflow_slug text, modal_endpoint_url text, api_endpoint_url text)',
    );
    await database.query(`insert into other.routes values ('b', 'u', 'p'), ('a', 'u', 'p')`);
    const { mode, hashes, rows } = await read('other.routes');
    expect(mode).toBe('compared');
    expect(hashes.map(({ hash }) => rows.get(hash))).toMatchObject([
      { workflow_slug: 'a', modal_endpoint_url: 'u', api_endpoint_url: 'p' },
      { workflow_slug: 'b', modal_endpoint_url: 'u', api_endpoint_url: 'p' },
    ]);
  });

  test('gives equal content an equal version and other content another', async () => {
    await database.query('create schema other');
    await database.query(
      'create table other.routes (workflow_slug text, modal_endpoint_url text, api_endpoint_url text)',
    );
    await database.query(`insert into other.routes values ('a', 'u', 'p')`);
    const first = await read('other.routes');
    expect((await read('other.routes')).version).toBe(first.version);
    await database.query(`update other.routes set modal_endpoint_url = 'v'`);
    expect((await read('other.routes')).version).not.toBe(first.version);
  });

  test('lists rows in the order of slugs, those without one last, all at once and by their hashes alike', async () => {
    await database.query('create schema other');
    await database.query(
      'create table other.routes (workflow_slug text, modal_endpoint_url text, api_endpoint_url text)',
    );
    const slugs = ['b', null, 'é', 'B', 'a-b', 'aa', '_', '10', '9', ''];
    await database.query('insert into other.routes select * from unnest($1::text[])', [slugs]);
    const everything = await read('other.routes');
    expect(everything.hashes.map(({ slug }) => slug)).toEqual([
      '',
      '10',
      '9',
      'B',
      '_',
      'a-b',
      'aa',
      'b',
      'é',
      null,
    ]);
    const known = new Set(everything.hashes.map(({ hash }) => hash));
    expect((await read('other.routes', known)).hashes).toEqual(everything.hashes);
  });
});
