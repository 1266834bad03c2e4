import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../src/db/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { copyEmbeddedHome } from '../helpers/embedded-home.ts';
import { runScript, startProcess, temporaryDirectory } from '../helpers/process.ts';
import { registryCommand } from '../helpers/commands/registry-command.ts';
import { insertRows } from '../helpers/database-with-rows.ts';
import { demoRows, echoRow } from '../helpers/rows.ts';
import { history, openSession, registry } from '../db/listener/sessions.ts';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'registry.ts');

/** A number beyond double precision, unsorted and duplicate members, and spaces: all must survive. */
const schema = '{ "type": "object",\n  "b": 1.0, "a": 1234567890123456789, "a": "ünï" }';

describe('npm run registry', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const run = async (...args: readonly string[]) => runOn(database.url, args);
  const content = async (): Promise<unknown> =>
    database.query(
      `select (to_jsonb(t) - 'updated_at')::text || t.request_schema::text as row from ${registry} t order by workflow_slug`,
    );

  test('history shows the versions of a row, the newest first: when, who, and what changed', async () => {
    await insertRows(database, [echoRow({ provider: 'one' })]);
    await database.query(
      `update ${registry} set timeout_seconds = 45, provider = E'two\\u001b[31m', description = repeat('x', 200)`,
    );
    const { code, lines } = await run('history', 'echo');
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^version {2}when \(UTC\) {11}who {6}operation {2}what changed$/);
    expect(lines[1]).toMatch(
      /^3 {8}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}rowgate {2}UPDATE {5}provider: "one" -> "two\\u001b\[31m"$/,
    );
    expect(lines[2]?.trim()).toMatch(/^description: null -> "x{59}…$/);
    expect(lines[3]?.trim()).toBe('timeout_seconds: null -> 45');
    expect(lines[4]).toMatch(/^2 .*INSERT {5}provider: null -> "one"$/);
    expect((await run('history', 'echo', '--limit', '1')).lines).toHaveLength(4);
  });

  test('history --json prints the stored entries, long numbers included', async () => {
    await insertRows(database, [echoRow()]);
    await database.query(`update ${registry} set request_schema = $1`, [schema.replace('\n', '')]);
    const { lines } = await run('history', 'echo', '--json');
    expect(lines.map((line) => Object(JSON.parse(line)).operation)).toEqual(['UPDATE', 'INSERT']);
    expect(lines[0]).toContain('1234567890123456789');
  });

  test('restore puts a row back, byte for byte, as a change with its own history entry', async () => {
    await insertRows(database, [echoRow()]);
    await database.query(`update ${registry} set request_schema = $1, idempotent = true`, [schema]);
    const good = await content();
    await database.query(`update ${registry} set request_schema = null, provider = 'x', is_active = false`);
    expect(await run('restore', 'echo', '--to', '3', '--dry-run')).toMatchObject({
      code: 0,
      output: expect.stringContaining('would change "echo"\n  provider: "x" -> null'),
    });
    expect(await content()).not.toEqual(good);
    expect(await run('restore', 'echo', '--to', '3')).toMatchObject({
      code: 0,
      output: expect.stringContaining('The registry is now at version 5.'),
    });
    expect(await content()).toEqual(good);
    const [last] = await database.query(
      `select version::int, operation, changed_by as who from ${history} order by id desc limit 1`,
    );
    expect(last).toEqual({ version: 5, operation: 'UPDATE', who: 'rowgate (restore to version 3)' });
    expect((await run('restore', 'echo', '--to', '3')).output).toBe(
      'Nothing to do: "echo" is already the same as at version 3.\n',
    );
  });

  test('restore --all puts back a registry that was wrecked: in one transaction, under one new version', async () => {
    await insertRows(database, await demoRows());
    const good = await content();
    await database.query(`delete from ${registry} where workflow_slug like 'c%'`);
    await insertRows(database, [
      echoRow(),
      echoRow({ workflow_slug: 'company-public', api_endpoint_url: '/run/x' }),
    ]);
    await database.query(`update ${registry} set provider = 'oops', created_at = now()`);
    await database.query(
      `update ${registry} set workflow_slug = 'renamed' where workflow_slug = (select max(workflow_slug) from ${registry})`,
    );
    const wrecked = await content();
    const [before] = await database.query('select version::int from rowgate.registry_version');
    const dry = await run('restore', '--all', '--to', '2', '--dry-run');
    expect(dry.lines).toEqual(expect.arrayContaining(['would delete "echo"', 'would delete "renamed"']));
    expect(await content()).toEqual(wrecked);
    const { code, lines } = await run('restore', '--all', '--to', '2');
    expect(code).toBe(0);
    expect(lines).toEqual(
      expect.arrayContaining(['deleted "echo"', 'deleted "renamed"', 'changed "company-public"']),
    );
    expect(await content()).toEqual(good);
    const [after] = await database.query('select version::int from rowgate.registry_version');
    expect(Number(after?.['version'])).toBe(Number(before?.['version']) + 1);
    // And back again: a restore is a change like any other.
    await run('restore', '--all', '--to', String(before?.['version']));
    expect(await content()).toEqual(wrecked);
  });

  test('restore does not touch columns added since, nor identity and generated columns', async () => {
    await database.query(`alter table ${registry} add column id bigint generated always as identity`);
    await insertRows(database, [echoRow({ provider: 'one' }), echoRow({ workflow_slug: 'other' })]);
    await database.query(
      `alter table ${registry} add column note text default 'new', add column shout text generated always as (upper(provider)) stored`,
    );
    await database.query(
      `update ${registry} set provider = 'two', note = 'mine' where workflow_slug = 'echo'`,
    );
    await database.query(`delete from ${registry} where workflow_slug = 'other'`);
    await run('restore', '--all', '--to', '2');
    const rows = await database.query(
      `select id::int, workflow_slug as slug, provider, note, shout from ${registry} order by 1`,
    );
    expect(rows).toEqual([
      { id: 1, slug: 'echo', provider: 'one', note: 'mine', shout: 'ONE' },
      { id: 3, slug: 'other', provider: null, note: 'new', shout: null },
    ]);
  });

  test('restore keeps created_at, which no other statement may set', async () => {
    await database.query(`insert into ${registry} (workflow_slug, created_at) values ('a', '2001-01-01')`);
    const created = await database.query(`select created_at from ${registry}`);
    await database.query(`delete from ${registry}`);
    await run('restore', 'a', '--to', '2');
    expect(await database.query(`select created_at from ${registry}`)).toEqual(created);
    await database.query(`delete from ${registry}`);
    await database.query(`insert into ${registry} (workflow_slug) values ('a')`);
    await run('restore', 'a', '--to', '2');
    expect(await database.query(`select created_at from ${registry}`)).toEqual(created);
  });

  test('restore waits for a concurrent writer, and readers do not wait for it', async () => {
    await insertRows(database, [echoRow({ provider: 'one' })]);
    await using session = await openSession(database.url);
    await session.client.query(`begin; update ${registry} set provider = 'two'`);
    const restoring = run('restore', 'echo', '--to', '2');
    await expect
      .poll(() => database.query('select from pg_locks where not granted'), { timeout: 10_000 })
      .toHaveLength(1);
    expect(await database.query(`select provider from ${registry}`)).toEqual([{ provider: 'one' }]);
    await session.client.query('commit');
    expect((await restoring).lines).toContain('changed "echo"');
    expect(await database.query(`select provider from ${registry}`)).toEqual([{ provider: 'one' }]);
  });

  test('restore changes nothing if the database refuses one row, and reports which and why', async () => {
    await database.query(
      `alter table ${registry} disable trigger user, drop constraint rowgate_api_endpoint_url`,
    );
    await insertRows(database, [
      echoRow({ workflow_slug: 'bad', api_endpoint_url: '/elsewhere' }),
      echoRow({ provider: 'one' }),
    ]);
    await database.query(`alter table ${registry} enable trigger user,
      add constraint rowgate_api_endpoint_url check (api_endpoint_url like '/run/%') not valid`);
    await database.query(
      `update ${registry} set provider = 'two', api_endpoint_url = '/run/' || workflow_slug`,
    );
    const before = await content();
    const { code, output } = await run('restore', '--all', '--to', '1');
    expect(code).toBe(1);
    expect(output).toMatch(
      /The row "bad" cannot be restored to version 1: .*rowgate_api_endpoint_url.*Nothing was changed/,
    );
    expect(await content()).toEqual(before);
    expect((await run('restore', 'echo', '--to', '1')).code).toBe(0);
  });

  test.each([
    [[], 'A command is missing.'],
    [['nonsense'], 'Unknown command "nonsense".'],
    [['history'], 'history takes one slug.'],
    [['history', 'a', 'b'], 'history takes one slug.'],
    [['history', 'a', '--limit', '0'], '--limit must be a whole number between 1 and 999999999.'],
    [['history', 'a', '--nonsense'], "Unknown option '--nonsense'"],
    [['audit', 'a'], "Unexpected argument 'a'"],
    [['mapping', '--check', '--out', 'x.md'], 'mapping takes either --out or --check'],
    [['restore', 'a'], 'restore needs --to with a version number.'],
    [['restore', 'a', '--to', 'yesterday'], 'restore needs --to with a version number.'],
    [['restore', '--to', '1'], 'restore takes one slug or --all.'],
    [['restore', 'a', '--all', '--to', '1'], 'restore takes one slug or --all.'],
  ])('with the arguments %j says "%s" and shows its usage', async (args, said) => {
    const { code, output } = await run(...args);
    expect(code).toBe(1);
    expect(output).toContain(said);
    expect(output).toContain('restore SLUG --to VERSION');
  });

  test('reports a slug that never existed, a version that does not exist yet, and a slug of two rows', async () => {
    await insertRows(database, [echoRow({ provider: 'one' })]);
    for (const args of [
      ['history', 'nobody'],
      ['restore', 'nobody', '--to', '1'],
    ]) {
      expect(await run(...args)).toMatchObject({
        code: 1,
        output: expect.stringContaining('The registry has no row "nobody" and never had one.'),
      });
    }
    for (const version of ['0', '3', '999999999999']) {
      const { code, output } = await run('restore', 'echo', '--to', version);
      expect([code, output]).toEqual([
        1,
        expect.stringContaining(`never had version ${version}: it is at version 2`),
      ]);
    }
    await database.query(
      `alter table ${registry} drop constraint enrichment_workflow_registry_workflow_slug_key`,
    );
    await insertRows(database, [echoRow({ provider: 'two' })]);
    const { code, output } = await run('restore', 'echo', '--to', '2');
    expect([code, output]).toEqual([1, expect.stringContaining('several rows with the slug "echo"')]);
  });

  test('explains how to get a history if the database has none or is down', async () => {
    const blank = await createTestDatabase('blank');
    for (const args of [
      ['history', 'a'],
      ['restore', '--all', '--to', '1'],
    ]) {
      const { code, output } = await runOn(blank.url, args);
      expect([code, output]).toEqual([1, expect.stringContaining('npm run migrate')]);
    }
    await migrate({ url: blank.url, caFile: null });
    await insertRows(blank, [echoRow()]);
    expect((await runOn(blank.url, ['history', 'echo'])).code).toBe(0);
    await blank.drop();
    const away = await runOn('postgres://somebody:hunter2@127.0.0.1:1/none', ['history', 'a']);
    expect([away.code, away.output]).toEqual([1, expect.stringContaining('The database does not respond')]);
    expect(away.output).not.toContain('hunter2');
  });

  test('works on the embedded database while npm start runs, and otherwise says that it is needed', async () => {
    await using directory = await temporaryDirectory();
    const none = runScript(script, ['history', 'a'], directory.path, {});
    expect(await none.exited).toBe(1);
    expect(none.output()).toContain('set DATABASE_URL, or run npm start');
    await copyEmbeddedHome(join(directory.path, '.data'));
    const rowgate = await startProcess(directory.path);
    const shown = runScript(script, ['history', 'company-public'], directory.path, {});
    expect(await shown.exited).toBe(0);
    expect(shown.output()).toContain('INSERT');
    const audited = runScript(script, ['audit'], directory.path, {});
    expect(await audited.exited).toBe(0);
    expect(audited.output()).toContain('0 errors, 12 warnings, 0 info in 105 rows.');
    rowgate.kill('SIGTERM');
    expect(await rowgate.exited).toBe(0);
  });
});

function runOn(databaseUrl: string, args: readonly string[]) {
  return registryCommand(args, { DATABASE_URL: databaseUrl });
}
