import type { Config } from '../../src/config/config.ts';
import { commandDatabaseUrl } from '../../src/db/command-connection.ts';
import { formatError } from '../../src/db/format-error.ts';
import { createDatabase } from '../../src/db/pool.ts';
import { createRegistrySource } from '../../src/db/registry/registry.ts';
import { validateRow } from '../../src/dynamic/registry/validated-row.ts';
import { listedRows } from '../../src/dynamic/registry/registry-memory.ts';
import { buildSnapshot, type Snapshot } from '../../src/dynamic/registry/snapshot.ts';
import { labelMismatch } from '../../src/modal/label.ts';

/**
 * The registry as a gateway with this configuration would build it on its first start: the rows of REGISTRY_TABLE in
 * REGISTRY_DATABASE_URL, otherwise in DATABASE_URL or the embedded database. SELECT is the only privilege it needs.
 *
 * @throws Error with a message for a person at a terminal.
 */
export async function readRegistry(config: Config): Promise<Snapshot> {
  const { registryDatabaseUrl, databaseUrl, databaseCaFile, allowedHosts } = config;
  const url = registryDatabaseUrl ?? (await commandDatabaseUrl(databaseUrl));
  const db = createDatabase({ url, max: 1, caFile: databaseCaFile, observe: () => undefined });
  try {
    const rules = { allowedHosts, labelMismatch };
    const source = createRegistrySource(db, config.registryTable);
    const listing = await source.readListing(new Set(), (row, hash, slug) =>
      validateRow(row, hash, rules, slug),
    );
    return buildSnapshot(listing.version, listedRows(listing, []));
  } catch (error) {
    if (registryDatabaseUrl === null) throw error;
    throw new Error(formatError(error, 'REGISTRY_DATABASE_URL'), { cause: error });
  } finally {
    await db.destroy();
  }
}
