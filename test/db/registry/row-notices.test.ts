import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportReplica } from '../../../src/db/registry/replicas.ts';
import { createDatabase } from '../../../src/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';
import { openSession, registry } from '../listener/sessions.ts';

const path = '/run/companies/demo/echo/lookup';

describe('who writes a row that will not be served as it is written', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    await insertRows(database, [echoRow()]);
  });
  afterEach(() => database.drop());

  /** The notices that a statement raises. */
  const reported = async (statement: string, values: readonly unknown[] = []) => {
    await using session = await openSession(database.url);
    const notices: string[] = [];
    session.client.on('notice', ({ message }) => notices.push(message ?? ''));
    await session.client.query(statement, [...values]);
    return notices;
  };
  const inserted = (...rows: readonly TestRow[]) =>
    reported(
      `insert into ${registry} (workflow_slug, modal_endpoint_url, api_endpoint_url, is_active)
       select workflow_slug, modal_endpoint_url, api_endpoint_url, is_active
       from json_populate_recordset(null::${registry}, $1::json)`,
      [JSON.stringify(rows)],
    );
  const serveBy = async (allowedHosts: readonly string[]) => {
    const db = createDatabase({ url: database.url, max: 1, caFile: null, observe: () => undefined });
    try {
      const replica = { replicaId: crypto.randomUUID(), host: 'host', pid: 1, version: '1' };
      await reportReplica(db, replica, 60, allowedHosts);
    } finally {
      await db.destroy();
    }
  };

  test('is told nothing where it will be', async () => {
    await serveBy(['*.modal.run']);
    const good = echoRow({ workflow_slug: 'good', api_endpoint_url: '/run/good' });
    const retired = echoRow({ workflow_slug: 'retired', is_active: false });
    const unexposed = echoRow({ workflow_slug: 'unexposed', api_endpoint_url: null });
    expect(await inserted(good, retired, unexposed)).toEqual([]);
    expect(await reported(`update ${registry} set description = 'x'`)).toEqual([]);
  });

  test('is told whose path it is, whatever the spelling', async () => {
    expect(
      await inserted(
        echoRow({ workflow_slug: 'late', api_endpoint_url: `GET https://x.example${path}/\u200b` }),
      ),
    ).toEqual([`"late" is not served: "echo" has the same path ${path} and was there first`]);
  });

  test('is told the rule where two rows of one statement claim one path', async () => {
    const rows = ['b', 'a'].map((slug) => echoRow({ workflow_slug: slug, api_endpoint_url: '/run/x' }));
    expect(await inserted(...rows)).toEqual([
      '"a" and "b" have the same path /run/x and the same created_at: the smaller slug, "a", is served',
      '"b" and "a" have the same path /run/x and the same created_at: the smaller slug, "a", is served',
    ]);
  });

  test('is told that an update takes a path from a row that came later', async () => {
    await inserted(echoRow({ workflow_slug: 'late', api_endpoint_url: '/run/late' }));
    expect(
      await reported(`update ${registry} set api_endpoint_url = '/run/late' where workflow_slug = 'echo'`),
    ).toEqual(['"late" is no longer served: "echo" has the same path /run/late and was there first']);
  });

  test('is told of a host that running gateways do not allow, and that the row is withdrawn at once', async () => {
    const statement = `update ${registry} set modal_endpoint_url = 'https://evil.example/x'`;
    expect(await reported(statement)).toEqual([]);
    await serveBy(['*.modal.run']);
    await serveBy(['evil.example']);
    expect(await reported(statement)).toEqual([
      '"echo" is not served, and what it served before is withdrawn at once: the host evil.example is not in UPSTREAM_ALLOWED_HOSTS (*.modal.run) of 1 of 2 running gateways',
    ]);
  });

  test('is told which slug a padded one is', async () => {
    expect(
      await inserted(echoRow({ workflow_slug: 'new\u00a0', api_endpoint_url: '/run/new' })),
    ).toHaveLength(1);
    expect(await inserted(echoRow({ workflow_slug: 'echo ', api_endpoint_url: '/run/new2' }))).toEqual([
      '"echo " and "echo" count as one slug, and one of the two rows is not served: characters at the ends of a slug do not count',
    ]);
  });

  test('is told of 20 rows of a statement, and how many more there are', async () => {
    const rows = Array.from({ length: 25 }, (_, place) => echoRow({ workflow_slug: `late-${place}` }));
    const notices = await inserted(...rows);
    expect(notices).toHaveLength(21);
    expect(notices.at(-1)).toBe('5 more rows of this statement are not served as they are written');
  });

  test('is told once that a statement of more than 1,000 rows was not looked through', async () => {
    const rows = Array.from({ length: 1_001 }, (_, place) => echoRow({ workflow_slug: `late-${place}` }));
    expect(await inserted(...rows)).toEqual([
      'the statement wrote more than 1000 rows, so they were not compared with the other rows',
    ]);
  });

  test.each([
    ['the path', 'api_endpoint_url'],
    ['the URL of the function', 'modal_endpoint_url'],
    ['the switch', 'is_active'],
  ])(
    'is told that nothing was compared where %s has another name, and the rows are written',
    async (_, column) => {
      const notice = expect.stringMatching(
        new RegExp(
          `^the rows were written, but not compared with the other rows: .*${column}.* does not exist$`,
        ),
      );
      await database.query(`alter table ${registry} rename column ${column} to renamed`);
      expect(await reported(`update ${registry} set description = 'x'`)).toEqual([notice]);
      expect(await reported(`insert into ${registry} (workflow_slug) values ('new')`)).toEqual([notice]);
      expect(
        await database.query(`select workflow_slug as slug, description from ${registry} order by 1`),
      ).toEqual([
        { slug: 'echo', description: 'x' },
        { slug: 'new', description: null },
      ]);
    },
  );
});

test('a replica reports itself to a database without the column for its hosts', async () => {
  const database = await createTestDatabase();
  await database.query('alter table rowgate.replicas drop column allowed_hosts');
  const db = createDatabase({ url: database.url, max: 1, caFile: null, observe: () => undefined });
  await reportReplica(db, { replicaId: 'a', host: 'host', pid: 1, version: '1' }, 60, ['*.modal.run']);
  expect(await database.query('select replica_id, version from rowgate.replicas')).toEqual([
    { replica_id: 'a', version: '1' },
  ]);
  await db.destroy();
  await database.drop();
});
