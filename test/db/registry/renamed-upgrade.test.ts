import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrate, migrationsDirectory } from '../../../src/db/migrations.ts';
import { createTestDatabase } from '../../helpers/database.ts';

/** The last migration before those that name columns of the registry in constraints and comments of their own. */
const before = '20261203020000_comments.sql';

/** Upgrades a table whose column was renamed after an earlier version had migrated it. */
async function upgradeWithout(column: string) {
  await using opened = new AsyncDisposableStack();
  const database = await createTestDatabase('blank');
  opened.defer(database.drop);
  const directory = await mkdtemp(join(tmpdir(), 'rowgate-upgrade-'));
  opened.defer(() => rm(directory, { recursive: true }));
  for (const file of await readdir(migrationsDirectory))
    if (file <= before) await copyFile(join(migrationsDirectory, file), join(directory, file));
  await migrate({ url: database.url, caFile: null, directory });
  const rename = (from: string, to: string) =>
    database.query(`alter table reference.enrichment_workflow_registry rename column ${from} to ${to}`);
  await rename(column, `renamed_${column}`);
  const upgrade = () => migrate({ url: database.url, caFile: null });
  const first = await upgrade().catch((error: unknown) => String(error));
  await rename(`renamed_${column}`, column);
  return { first, second: await upgrade() };
}

test('a table whose column was renamed is not upgraded halfway, and the error names the column and the fix', async () => {
  const { first, second } = await upgradeWithout('max_concurrency');
  expect(first).toContain(
    'column "max_concurrency" does not exist. If somebody renamed or dropped the column, rename it back',
  );
  expect(second.length).toBeGreaterThan(0);
});

test('a column that no constraint needs does not keep a table from being upgraded', async () => {
  const { first, second } = await upgradeWithout('description');
  expect([Array.isArray(first), second]).toEqual([true, []]);
});
