import { expect, test } from 'vitest';
import { createDatabase } from '../../../src/db/pool.ts';
import { createRegistrySource } from '../../../src/db/registry/registry.ts';
import { contentDigest } from '../../../src/live/content-digest.ts';
import { atOnce } from '../../../src/live/cooperative-task.ts';
import { createTestDatabase } from '../../helpers/database.ts';

const table = 'reference.enrichment_workflow_registry';

test.each([0, 1, 3_000])('Postgres and memory compute the same digest of %i rows', async (count) => {
  await using opened = new AsyncDisposableStack();
  const database = await createTestDatabase();
  opened.defer(database.drop);
  const db = createDatabase({ url: database.url, max: 1, caFile: null, observe: () => undefined });
  opened.defer(() => db.destroy());
  await database.query(
    `insert into ${table} (workflow_slug) select 'row-' || n from generate_series(1, ${count}) n`,
  );
  const source = createRegistrySource(db, table);
  const { hashes } = await source.readListing(new Set(), () => null);
  const { digest } = await source.readDigest();
  expect(digest).toBe(atOnce(contentDigest(hashes)));
  expect(digest).toBe(atOnce(contentDigest(hashes.toReversed())));
  await database.query(`update ${table} set description = 'x' where workflow_slug = 'row-1'`);
  expect((await source.readDigest()).digest === digest).toBe(count === 0);
});
