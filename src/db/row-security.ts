import { type RawBuilder, sql } from 'kysely';

/**
 * Whether the policies of a table let this role read every row: one permits all, and none restricts. Postgres itself only says that
 * policies apply (`row_security_active`). Raw `sql`, for the catalogs.
 *
 * @param table an expression for its oid.
 */
export function policiesPermitAll(table: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`(
    select coalesce(bool_or(polpermissive and qual = 'true'), false) and coalesce(bool_and(polpermissive or qual = 'true'), true)
    from (
      select polpermissive, pg_get_expr(polqual, polrelid) as qual from pg_catalog.pg_policy
      where polrelid = ${table} and polcmd in ('r', '*')
        and exists (select from unnest(polroles) member where member = 0 or pg_has_role(member, 'usage'))
    ) policies
  )`;
}
