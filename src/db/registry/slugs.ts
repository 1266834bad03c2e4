import { type RawBuilder, sql } from 'kysely';
import { outerCharacters, trimmed } from '../../schemas/columns/trimmed.ts';

/**
 * SQL for rows of a slug, whatever stands at the ends of the slug in the table and in the one that is asked for. Not by
 * `rowgate.trimmed`: a registry that Rowgate does not own has no such function.
 */
export function hasSlug(slug: string, column = 'workflow_slug'): RawBuilder<boolean> {
  return sql<boolean>`btrim(${sql.ref(column)}::text, ${outerCharacters}) = ${trimmed(slug)}`;
}
