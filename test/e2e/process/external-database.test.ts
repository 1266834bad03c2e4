import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTestRole } from '../../helpers/database-role.ts';
import { createTestDatabase } from '../../helpers/database.ts';
import {
  directoryWithDatabase,
  mainFile,
  runScript,
  startProcess,
  temporaryDirectory,
} from '../../helpers/process.ts';

const migrateFile = join(import.meta.dirname, '..', '..', '..', 'scripts', 'migrate.ts');

describe('with DATABASE_URL', () => {
  test('a start without the registry table fails and names the command, which fixes it', async () => {
    await using opened = new AsyncDisposableStack();
    const directory = opened.use(await temporaryDirectory());
    const database = await createTestDatabase('blank');
    opened.defer(database.drop);
    const env = { DATABASE_URL: database.url, PORT: '0' };

    const refused = runScript(mainFile, [], directory.path, env);
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toContain('has no table reference.enrichment_workflow_registry');
    expect(refused.output()).toContain('npm run migrate');

    const migrating = runScript(migrateFile, [], directory.path, env);
    expect(await migrating.exited).toBe(0);
    expect(migrating.output()).toContain('applied  20261101000000_registry.sql');
    const again = runScript(migrateFile, [], directory.path, env);
    expect(await again.exited).toBe(0);
    expect(again.output()).toContain('Nothing to do');

    const rowgate = await startProcess(directory.path, env);
    const rows = await database.query(
      'select count(*)::int as count from reference.enrichment_workflow_registry',
    );
    expect(rows).toEqual([{ count: 0 }]);
    expect(rowgate.output()).toContain('server_open');
    rowgate.kill('SIGTERM');
    expect(await rowgate.exited).toBe(0);
  });

  test('a refused password ends the start, and is written nowhere', async () => {
    await using opened = new AsyncDisposableStack();
    const directory = opened.use(await temporaryDirectory());
    const database = await createTestDatabase('blank');
    opened.defer(database.drop);
    const role = opened.use(await createTestRole(database));
    const url = new URL(role.url);
    url.password = 'hunter2secret';
    const refused = runScript(mainFile, [], directory.path, { DATABASE_URL: url.href, PORT: '0' });
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toContain('password authentication failed');
    expect(refused.output()).not.toContain('hunter2secret');
  });

  test('a database that is away leaves the process waiting for it, not ready, and its password unwritten', async () => {
    await using directory = await temporaryDirectory();
    const env = { DATABASE_URL: 'postgres://somebody:hunter2secret@127.0.0.1:1/none', PORT: '0' };
    const rowgate = await startProcess(directory.path, env);
    expect((await fetch(`${rowgate.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${rowgate.url}/healthz`)).status).toBe(200);
    rowgate.kill('SIGTERM');
    expect(await rowgate.exited).toBe(0);
    expect(rowgate.output()).toContain('registry_out_of_sync');
    expect(rowgate.output()).not.toContain('hunter2secret');
  });
});

describe('a start that cannot be', () => {
  test('names every fault of the configuration at once', async () => {
    await using directory = await temporaryDirectory();
    const refused = runScript(mainFile, [], directory.path, {
      PORT: 'abc',
      AUTH: 'maybe',
      LOG_LEVEL: 'loud',
    });
    expect(await refused.exited).toBe(1);
    for (const name of ['PORT="abc"', 'AUTH="maybe"', 'LOG_LEVEL="loud"'])
      expect(refused.output()).toContain(name);
  });

  test('names the port that is taken and stops its database again', async () => {
    await using opened = new AsyncDisposableStack();
    const directory = opened.use(await directoryWithDatabase());
    const squatter = createServer().listen(0, '127.0.0.1');
    opened.use(squatter);
    await new Promise((resolve) => squatter.once('listening', resolve));
    const address = squatter.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const refused = runScript(mainFile, [], directory.path, { PORT: String(port) });
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toContain(`port ${port} is in use`);
    expect(refused.output()).toContain(`"PORT=${port + 1} npm start"`);
    expect(refused.output()).toMatch(/or stop the process that "(?:ss|lsof|netstat) [^"]+" shows\./);
    const again = await startProcess(directory.path);
    expect(again.output()).toContain('"adopted":false');
    again.kill('SIGTERM');
    expect(await again.exited).toBe(0);
  });
});
