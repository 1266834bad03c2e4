import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../helpers/database.ts';
import { jsonOf, send } from '../../helpers/http.ts';
import { ask, statusOf, untilResponds } from '../../helpers/registry.ts';
import { startReplica, startRowgate } from '../../helpers/rowgate.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const threeColumns = `
  create schema theirs;
  create table theirs.routes (workflow_slug text, modal_endpoint_url text, api_endpoint_url text);
  insert into theirs.routes values
    ('echo', 'https://demodata--app-echo.modal.run', '${path}'), ('same', 'https://demodata--app-echo.modal.run', '${path}'), (null, 'x', 'y')`;

describe('a registry that Rowgate does not own', () => {
  test('with three columns and a role that may only SELECT is polled, compared and served', async () => {
    await using opened = new AsyncDisposableStack();
    const theirs = await createTestDatabase('blank');
    opened.defer(theirs.drop);
    await theirs.query(threeColumns);
    const role = `reader_${new URL(theirs.url).pathname.slice(6)}`;
    await theirs.query(`create role ${role} login password 'reader'`);
    opened.defer(async () => {
      await theirs.query(`drop owned by ${role}`);
      await theirs.query(`drop role ${role}`);
    });
    await theirs.query(`grant usage on schema theirs to ${role}`);
    await theirs.query(`grant select on theirs.routes to ${role}`);
    const url = new URL(theirs.url);
    url.username = role;
    url.password = 'reader';
    const rowgate = await startRowgate([], {
      REGISTRY_DATABASE_URL: url.href,
      REGISTRY_TABLE: 'theirs.routes',
      REGISTRY_POLL_MS: '50',
    });
    opened.defer(rowgate.close);

    expect(await ask(rowgate, path)).toEqual([200, 'echo']);
    expect(await statusOf(rowgate)).toMatchObject({
      state: 'degraded',
      mode: 'compared',
      listener: 'off',
      counts: { rows: 3, mounted: 1, rejected: 2 },
    });
    await theirs.query(
      `update theirs.routes set api_endpoint_url = '${path}-2' where workflow_slug = 'echo'`,
    );
    await untilResponds(rowgate, `${path}-2`, 200);
    await until('the other row has the path now', async () => (await ask(rowgate, path))[1] === 'same');
    await theirs.query(`delete from theirs.routes where workflow_slug = 'echo'`);
    await untilResponds(rowgate, `${path}-2`, 404);
  });

  test('is read by a role without any rights on the schema of Rowgate that stands beside it', async () => {
    await using opened = new AsyncDisposableStack();
    const beside = await createTestDatabase();
    opened.defer(beside.drop);
    await beside.query(threeColumns);
    const role = `poor_${new URL(beside.url).pathname.slice(6)}`;
    await beside.query(`create role ${role} login password 'poor'`);
    opened.defer(async () => {
      await beside.query(`drop owned by ${role}`);
      await beside.query(`drop role ${role}`);
    });
    await beside.query(`grant usage on schema theirs to ${role}`);
    await beside.query(`grant select on theirs.routes to ${role}`);
    const url = new URL(beside.url);
    url.username = role;
    url.password = 'poor';
    const replica = await startReplica({
      DATABASE_URL: beside.url,
      REGISTRY_DATABASE_URL: url.href,
      REGISTRY_TABLE: 'theirs.routes',
    });
    opened.defer(replica.close);
    expect(replica.app.registry.status()).toMatchObject({ mode: 'compared', lastError: null });
    expect(replica.app.current()?.counts.mounted).toBe(1);
  });

  test('that is not migrated is served; what needs our tables responds 501 and names the command', async () => {
    await using opened = new AsyncDisposableStack();
    const theirs = await createTestDatabase('blank');
    opened.defer(theirs.drop);
    await theirs.query(threeColumns);
    const replica = await startReplica({ DATABASE_URL: theirs.url, REGISTRY_TABLE: 'theirs.routes' });
    opened.defer(replica.close);
    expect(replica.app.current()?.counts.mounted).toBe(1);
    const response = await send(`${replica.url}/api/enrichment/registry/wait?version=1`, { method: 'POST' });
    expect(jsonOf(response)).toMatchObject({
      status: 501,
      code: 'not_installed',
      detail: expect.stringContaining('npm run migrate'),
    });
  });
});
