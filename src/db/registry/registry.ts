import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { contentDigest } from '../../live/content-digest.ts';
import { inTurns } from '../../live/cooperative-task.ts';
import type {
  AcceptTable,
  RegistryListing,
  RegistryMode,
  RegistrySource,
  TakeRow,
} from '../../schemas/registry-source.ts';
import { CounterMissingError } from '../database-errors.ts';
import { readContents } from './earlier-contents.ts';
import type { Database } from '../tables.ts';
import { explainTimeout } from '../role-timeouts.ts';
import { emptinessOf, recordedColumns } from './recorded-table.ts';
import { difference, everyRow, readContentDigest, unknownRows } from './rows.ts';
import { applyPolicies, snapshotReader } from './snapshot-reader.ts';
import {
  shapeOf,
  type Tracking,
  trackingFrom,
  trackingOf,
  trackingQuery,
  type TrackingRow,
} from './tracking.ts';

/**
 * Reads the registry of one table. Version and rows are read in one REPEATABLE READ transaction, so that they belong
 * together; the row hash is `md5(row::text)` under fixed settings.
 */
export function createRegistrySource(db: Kysely<Database>, table: string): RegistrySource {
  /** The state of the table when it was last listed. */
  let listed: Tracking = trackingFrom(undefined);
  const from = sql.table(table);
  const inSnapshot = snapshotReader(db, table);

  const trackingIn = async (trx: Kysely<Database>): Promise<Tracking> => {
    const tracking = await trackingOf(trx, table);
    if (tracking.rowSecurity === 'open') await applyPolicies(trx);
    return tracking;
  };
  const listing = async <T>(
    trx: Kysely<Database>,
    known: ReadonlySet<string>,
    take: TakeRow<T>,
    accept: AcceptTable,
  ): Promise<RegistryListing<T>> => {
    const tracking = await trackingIn(trx);
    const { mode, id, structure, columns } = tracking;
    await accept({
      id,
      columns,
      recordedColumns: async () => (mode === 'tracked' ? recordedColumns(trx) : []),
    });
    const counted = mode === 'tracked' ? await countedVersion(trx) : null;
    const { hashes, rows } =
      known.size === 0 ? await everyRow(trx, from, take) : await unknownRows(trx, from, known, take);
    const version = counted ?? versionOf(await inTurns(contentDigest(hashes), () => performance.now()));
    listed = tracking;
    return { version, mode, structure, hashes, rows };
  };
  const digest = async (trx: Kysely<Database>, mode: RegistryMode) => {
    const counted = mode === 'tracked' ? await countedVersion(trx) : null;
    const content = await readContentDigest(trx, from);
    return { version: counted ?? versionOf(content), digest: content };
  };

  return {
    readVersion: async () => {
      if (listed.mode === 'tracked') {
        // Raw, around the raw query of the catalogs: one round trip for each poll.
        const { rows } = await sql<TrackingRow & { version: string | null }>`
          select found.*, (select version::text from rowgate.registry_version) as version
          from (${trackingQuery(table)}) found`
          .execute(db)
          .catch(async (error: unknown) => Promise.reject(await explainTimeout(db, error)));
        const found = trackingFrom(rows[0]);
        if (found.mode !== 'tracked' || found.shape !== listed.shape) return null;
        return rows[0]?.version ?? counterMissing();
      }
      return inSnapshot(async (trx) => {
        const { mode, shape } = await trackingIn(trx);
        if (mode === 'tracked' || shape !== listed.shape) return null;
        return (await digest(trx, mode)).version;
      });
    },
    readListing: (known, take, accept = async () => undefined) =>
      inSnapshot((trx) => listing(trx, known, take, accept)),
    readDifference: async (sinceVersion) => {
      if (listed.mode !== 'tracked') return null;
      const shape = { known: listed.shape, now: shapeOf(table) };
      return inSnapshot(async (trx) => {
        // Nothing is read from the table if its policies have changed: they are part of the shape.
        if (listed.rowSecurity === 'open') await applyPolicies(trx);
        return difference(trx, from, sinceVersion, shape);
      });
    },
    readDigest: () => inSnapshot(async (trx) => digest(trx, (await trackingIn(trx)).mode)),
    readEmptiness: async () => (listed.mode === 'tracked' ? emptinessOf(db) : 'unknown'),
    readHistories: async (slugs, depth) =>
      listed.mode === 'tracked' && slugs.length > 0 ? readContents(db, slugs, depth) : new Map(),
  };
}

async function countedVersion(db: Kysely<Database>): Promise<string> {
  const row = await db.selectFrom('rowgate.registry_version').select('version').executeTakeFirst();
  return row?.version ?? counterMissing();
}

function counterMissing(): never {
  throw new CounterMissingError();
}

/** The version of a registry that is compared: a digest of all rows, whatever their order. */
function versionOf(digest: string): string {
  return createHash('md5').update(digest).digest('hex').slice(0, 12);
}
