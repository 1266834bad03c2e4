import { type Kysely, sql } from 'kysely';
import type { Database } from '../tables.ts';

type Entry = Readonly<{ slug: string; new_row: unknown; old_row: unknown }>;

/**
 * The earlier contents of rows by slug, newest first: the newest `depth` entries of each history, in one query. Raw
 * `sql`, for the array of slugs.
 */
export async function readContents(
  db: Kysely<Database>,
  slugs: readonly string[],
  depth: number,
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const { rows } = await sql<Entry>`
    select asked.slug, entry.new_row, entry.old_row
    from unnest(${[...new Set(slugs)]}::text[]) asked (slug)
    cross join lateral (
      select id, new_row, old_row from reference.enrichment_workflow_registry_history
      where workflow_slug = asked.slug order by id desc limit ${depth}
    ) entry
    order by asked.slug, entry.id desc`.execute(db);
  const bySlug = Map.groupBy(rows, ({ slug }) => slug);
  return new Map([...bySlug].map(([slug, entries]) => [slug, contentsOf(entries)]));
}

/** The content before the oldest entry, such as from before the history began, is only in that entry's old_row. */
function contentsOf(entries: readonly Entry[]): readonly unknown[] {
  const before = entries.at(-1)?.old_row ?? null;
  return [...entries.map(({ new_row }) => new_row), ...(before === null ? [] : [before])];
}
