import { type Kysely, sql, type Transaction } from 'kysely';
import { type Change, assertKnown, changesBetween, withHistory } from './history.ts';
import { AmbiguousSlugError, RowNotRestoredError, UnknownVersionError } from './history-errors.ts';
import { hasSlug } from './slugs.ts';
import type { Database } from '../tables.ts';

export type RestoreRequest = Readonly<{
  /** Null: every row. */
  slug: string | null;
  /** A version of the registry, in digits. */
  version: string;
  /** Reports what would be done, and does nothing. */
  dryRun: boolean;
}>;

/** What was done to one row. */
export type RestoredRow = Readonly<{
  slug: string;
  action: 'delete' | 'update' | 'insert';
  changes: readonly Change[];
}>;

export type Restored = Readonly<{
  rows: readonly RestoredRow[];
  /** The registry's version now. */
  version: string;
}>;

/** A row to be restored, with its content at that version as JSON text. */
type Step = RestoredRow & Readonly<{ target: string | null }>;

const registry = sql.table('reference.enrichment_workflow_registry');
/** Slugs are freed before they are taken again. */
const actionOrder = ['delete', 'update', 'insert'] as const;

/**
 * Restores a row, or all rows, to a version, in one transaction and as a change like any other: it gets its own version
 * and history, so it can be undone. Only what differs is written. Columns that were added to the table since are left
 * alone, and so are identity columns: a row that is inserted again gets a new number there.
 *
 * @throws UnknownVersionError, UnknownSlugError, AmbiguousSlugError, RowNotRestoredError, HistoryMissingError.
 */
export function restore(db: Kysely<Database>, request: RestoreRequest): Promise<Restored> {
  const { slug, version, dryRun } = request;
  return withHistory(db, async (trx) => {
    // Locks the table before the version, as every writer does; readers do not wait. The builder has no LOCK.
    if (!dryRun) await sql`lock table ${registry} in share row exclusive mode`.execute(trx);
    await assertVersion(trx, version);
    if (slug !== null) await assertKnown(trx, slug);
    const columns = await restorableColumns(trx);
    const steps = await plan(trx, slug, version, columns);
    if (!dryRun) await applySteps(trx, steps, version, columns);
    const rows = steps.map(({ target: _, ...row }) => row);
    return { rows, version: await currentVersion(trx) };
  });
}

async function currentVersion(trx: Transaction<Database>): Promise<string> {
  const row = await trx.selectFrom('rowgate.registry_version').select('version').executeTakeFirst();
  return row?.version ?? '0';
}

async function assertVersion(trx: Transaction<Database>, version: string): Promise<void> {
  const current = await currentVersion(trx);
  if (!/^\d+$/.test(version) || BigInt(version) < 1n || BigInt(version) > BigInt(current)) {
    throw new UnknownVersionError(version, current);
  }
}

/** The columns that a restore may write: not generated ones, nor updated_at, which is the time of the restore. */
async function restorableColumns(trx: Transaction<Database>): Promise<readonly string[]> {
  const rows = await trx
    .selectFrom('information_schema.columns')
    .select('column_name as name')
    .where('table_schema', '=', 'reference')
    .where('table_name', '=', 'enrichment_workflow_registry')
    .where('is_generated', '=', 'NEVER')
    .where('is_identity', '=', 'NO')
    .where('column_name', '<>', 'updated_at')
    .orderBy('ordinal_position')
    .execute();
  return rows.map(({ name }) => name);
}

/**
 * Only slugs with a history after the version can differ from it. Raw `sql`: the builder can neither call `workflow_as_of` nor turn
 * whole rows into JSON.
 */
async function plan(
  trx: Transaction<Database>,
  slug: string | null,
  version: string,
  columns: readonly string[],
): Promise<readonly Step[]> {
  const rows = await trx
    .with('touched', (db) =>
      db
        .selectFrom('reference.enrichment_workflow_registry_history')
        .select((eb) => eb.ref('workflow_slug').$notNull().as('slug'))
        .distinct()
        .where('version', '>', version)
        .where(slug === null ? sql<boolean>`workflow_slug is not null` : hasSlug(slug)),
    )
    .with('compared', (db) =>
      db
        .selectFrom('touched')
        .leftJoin(
          'reference.enrichment_workflow_registry as present',
          'present.workflow_slug',
          'touched.slug',
        )
        .select([
          'touched.slug',
          sql`rowgate.workflow_as_of(touched.slug, ${version})`.as('target'),
          sql`row_to_json(present.*)`.as('present'),
        ]),
    )
    .selectFrom('compared')
    .select((eb) => [
      'slug',
      sql<string | null>`target::text`.as('target'),
      eb
        .case()
        .when('target', 'is', null)
        .then(sql<Step['action']>`'delete'`)
        .when('present', 'is', null)
        .then(sql<Step['action']>`'insert'`)
        .else(sql<Step['action']>`'update'`)
        .end()
        .as('action'),
      changesBetween(sql.ref('present'), sql.ref('target')).as('changes'),
    ])
    .where((eb) => eb.or([eb('target', 'is not', null), eb('present', 'is not', null)]))
    .orderBy('slug', (order) => order.collate('C'))
    .execute();
  const twice = rows.find(({ slug: name }, index) => rows[index + 1]?.slug === name);
  if (twice !== undefined) throw new AmbiguousSlugError(twice.slug);
  const restorable = new Set(columns);
  return rows
    .map((row) => ({
      ...row,
      changes: row.changes.filter((change) => isRestorable(row, change, restorable)),
    }))
    .filter(({ action, changes }) => action !== 'update' || changes.length > 0)
    .toSorted((a, b) => actionOrder.indexOf(a.action) - actionOrder.indexOf(b.action));
}

function isRestorable({ action }: Step, change: Change, restorable: ReadonlySet<string>): boolean {
  return restorable.has(change.column) && (action === 'delete' || change.new !== null);
}

async function applySteps(
  trx: Transaction<Database>,
  steps: readonly Step[],
  version: string,
  columns: readonly string[],
): Promise<void> {
  // Raw `sql`: a query without a table, of settings that triggers read.
  await sql`
    select set_config('rowgate.restoring', 'on', true), set_config('rowgate.actor',
      coalesce(nullif(current_setting('rowgate.actor', true), ''), session_user)
        || ${` (restore to version ${version})`}::text, true)`.execute(trx);
  for (const step of steps) {
    try {
      await applyStep(trx, step, columns);
    } catch (error) {
      throw new RowNotRestoredError(step.slug, version, error);
    }
  }
}

async function applyStep(
  trx: Transaction<Database>,
  { slug, action, target, changes }: Step,
  columns: readonly string[],
): Promise<void> {
  if (action === 'delete') {
    await trx
      .deleteFrom('reference.enrichment_workflow_registry')
      .where('workflow_slug', '=', slug)
      .execute();
    return;
  }
  // Raw, since the columns written are those that differ, and the builder has no `json_populate_record`.
  const content = sql`json_populate_record(null::${registry}, ${target}::json)`;
  const changed = new Set(changes.map(({ column }) => column));
  const written = sql.join(columns.filter((name) => changed.has(name)).map((name) => sql.ref(name)));
  const statement =
    action === 'insert'
      ? sql`insert into ${registry} (${written}) select ${written} from ${content}`
      : sql`update ${registry} set (${written}) = (select ${written} from ${content}) where workflow_slug = ${slug}`;
  await statement.execute(trx);
}
