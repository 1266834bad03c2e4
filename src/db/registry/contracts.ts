import { type Kysely, sql } from 'kysely';
import type { JsonObject } from '../../json-schema/json.ts';
import { hasSlug } from './slugs.ts';
import type { Database } from '../tables.ts';

const contractColumns = ['request_schema', 'response_schema'] as const;
type ContractColumn = (typeof contractColumns)[number];

/** The columns of a row that decide what its contract is. */
export type ContractRow = Readonly<{
  workflow_slug: string | null;
  modal_endpoint_url: string | null;
  api_endpoint_url: string | null;
  request_schema: unknown;
  response_schema: unknown;
  /** The schemas as they are written, to detect a change made in the meantime. */
  request_text: string;
  response_text: string;
}>;

/** The new schemas of a row; unchanged ones are absent. */
export type NewSchemas = Readonly<Partial<Record<ContractColumn, JsonObject>>>;

/**
 * A column's value, taken from the row's JSON so that a table without the column can be compared, too. The table's name
 * is configured and its columns may be missing, so statements on it are raw `sql`.
 */
const schemaOf = (column: ContractColumn) => sql`(row_to_json(registry_row.*) -> ${sql.lit(column)})`;

/** The rows with this slug, or all exposed rows, in the order of their slugs. */
export async function readContractRows(
  db: Kysely<Database>,
  table: string,
  slug: string | null,
): Promise<readonly ContractRow[]> {
  const which = slug === null ? sql`api_endpoint_url is not null` : hasSlug(slug);
  const { rows } = await sql<ContractRow>`
    select workflow_slug, modal_endpoint_url, api_endpoint_url,
      ${schemaOf('request_schema')} as request_schema, ${schemaOf('request_schema')}::text as request_text,
      ${schemaOf('response_schema')} as response_schema, ${schemaOf('response_schema')}::text as response_text
    from ${sql.table(table)} registry_row where ${which} order by workflow_slug collate "C"`.execute(db);
  return rows;
}

/**
 * Writes the parts of a contract that differ. A new request schema only reports from then on; a response schema refuses
 * nothing, so the mode stays. A row whose function or contract was changed in the meantime is left alone.
 *
 * @returns whether it was written.
 */
export async function writeContract(
  db: Kysely<Database>,
  table: string,
  row: ContractRow,
  schemas: NewSchemas,
): Promise<boolean> {
  const written = contractColumns.flatMap((column) => {
    const schema = schemas[column];
    return schema === undefined ? [] : [sql`${sql.id(column)} = ${JSON.stringify(schema)}::json`];
  });
  const mode = schemas.request_schema === undefined ? [] : [sql`contract_mode = 'report'`];
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} registry_row set ${sql.join([...written, ...mode])}
    where workflow_slug = ${row.workflow_slug} and modal_endpoint_url = ${row.modal_endpoint_url}
      and ${schemaOf('request_schema')}::text is not distinct from ${row.request_text}
      and ${schemaOf('response_schema')}::text is not distinct from ${row.response_text}`.execute(db);
  return numAffectedRows !== undefined && numAffectedRows > 0n;
}
