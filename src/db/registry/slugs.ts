import { type RawBuilder, sql } from 'kysely';
import { outerCharacters, trimmed } from '../../schemas/columns/trimmed.ts';

/**
 * SQL for the rows with this slug, ignoring `outerCharacters` at the ends of both the table's slug and this one. Not by
 * `rowgate.trimmed`: a registry that Rowgate does not own has no such function.
 */
export function hasSlug(slug: string, column = 'workflow_slug'): RawBuilder<boolean> {
  return sql<boolean>`btrim(${sql.ref(column)}::text, ${outerCharacters}) = ${trimmed(slug)}`;
}
