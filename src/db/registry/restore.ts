import { type Kysely, sql, type Transaction } from 'kysely';
import { type Change, assertKnown, changesBetween, withHistory } from './history.ts';
import { AmbiguousSlugError, RowNotRestoredError, UnknownVersionError } from './history-errors.ts';
import type { Database } from '../tables.ts';

export type RestoreRequest = Readonly<{
  /** Null: every row. */
  slug: string | null;
  /** A version of the registry, in digits. */
  version: string;
  /** Tells what would be done, and does nothing. */
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

/** A row to be put back, with its content at that version as JSON text. */
type Step = RestoredRow & Readonly<{ target: string | null }>;

const registry = sql.table('reference.enrichment_workflow_registry');
/** Slugs are freed before they are taken again. */
const order = ['delete', 'update', 'insert'] as const;

/**
 * Puts a row, or all of them, back to how they were at a version, in one transaction and as a change like any other:
 * it has a version and a history of its own, so it can be undone. Only what differs is written. Columns that the table
 * has got since are left alone, and so are identity columns: a row that is inserted again gets a new number there.
 *
 * @throws UnknownVersionError, UnknownSlugError, AmbiguousSlugError, RowNotRestoredError, HistoryMissingError.
 */
export function restore(db: Kysely<Database>, request: RestoreRequest): Promise<Restored> {
  const { slug, version, dryRun } = request;
  return withHistory(db, async (trx) => {
    // The table's lock before the version's, in the order of every writer's; readers are not kept waiting.
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
  const { rows } = await sql<{ version: string }>`select version::text from rowgate.registry_version`.execute(
    trx,
  );
  return rows[0]?.version ?? '0';
}

async function assertVersion(trx: Transaction<Database>, version: string): Promise<void> {
  const current = await currentVersion(trx);
  if (!/^\d+$/.test(version) || BigInt(version) < 1n || BigInt(version) > BigInt(current)) {
    throw new UnknownVersionError(version, current);
  }
}

/** What a restore may write: not what the database makes itself, nor updated_at, which tells of the restore. */
async function restorableColumns(trx: Transaction<Database>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = 'reference' and table_name = 'enrichment_workflow_registry'
      and is_generated = 'NEVER' and is_identity = 'NO' and column_name <> 'updated_at'
    order by ordinal_position`.execute(trx);
  return rows.map(({ name }) => name);
}

/** Only slugs with a history after the version can differ from it. */
async function plan(
  trx: Transaction<Database>,
  slug: string | null,
  version: string,
  columns: readonly string[],
): Promise<readonly Step[]> {
  const { rows } = await sql<Step & { has_row: boolean }>`
    with touched as (
      select distinct workflow_slug from reference.enrichment_workflow_registry_history
      where version > ${version} and (${slug}::text is null or workflow_slug = ${slug})
    ), compared as (
      select touched.workflow_slug, rowgate.workflow_as_of(touched.workflow_slug, ${version}) as target,
        row_to_json(present) as present
      from touched left join ${registry} present on present.workflow_slug = touched.workflow_slug
    )
    select workflow_slug as slug, target::text,
      case when target is null then 'delete' when present is null then 'insert' else 'update' end as action,
      ${changesBetween(sql`present`, sql`target`)} as changes
    from compared where target is not null or present is not null
    order by workflow_slug collate "C"`.execute(trx);
  const twice = rows.find(({ slug: name }, index) => rows[index + 1]?.slug === name);
  if (twice !== undefined) throw new AmbiguousSlugError(twice.slug);
  const restorable = new Set(columns);
  return rows
    .map((row) => ({
      ...row,
      changes: row.changes.filter((change) => isRestorable(row, change, restorable)),
    }))
    .filter(({ action, changes }) => action !== 'update' || changes.length > 0)
    .toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action));
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
  await sql`
    select set_config('rowgate.restoring', 'on', true), set_config('rowgate.actor',
      coalesce(nullif(current_setting('rowgate.actor', true), ''), session_user)
        || ${` (restore to version ${version})`}::text, true)`.execute(trx);
  for (const step of steps) {
    try {
      await statementOf(step, columns).execute(trx);
    } catch (error) {
      throw new RowNotRestoredError(step.slug, version, error);
    }
  }
}

function statementOf({ slug, action, target, changes }: Step, columns: readonly string[]) {
  if (action === 'delete') return sql`delete from ${registry} where workflow_slug = ${slug}`;
  const content = sql`json_populate_record(null::${registry}, ${target}::json)`;
  const changed = new Set(changes.map(({ column }) => column));
  const written = sql.join(columns.filter((name) => changed.has(name)).map((name) => sql.ref(name)));
  return action === 'insert'
    ? sql`insert into ${registry} (${written}) select ${written} from ${content}`
    : sql`update ${registry} set (${written}) = (select ${written} from ${content}) where workflow_slug = ${slug}`;
}
