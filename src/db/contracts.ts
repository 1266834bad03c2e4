import { type Kysely, sql } from 'kysely';
import type { JsonObject } from '../schemas/json.ts';
import type { Database } from './tables.ts';

/** What of a row decides over its contract. */
export type ContractRow = Readonly<{
  workflow_slug: string | null;
  modal_endpoint_url: string | null;
  api_endpoint_url: string | null;
  request_schema: unknown;
  response_schema: unknown;
}>;

const registry = sql.table('reference.enrichment_workflow_registry');

/** The rows of a slug, or all that are exposed, in the order of their slugs. */
export async function readContractRows(
  db: Kysely<Database>,
  slug: string | null,
): Promise<readonly ContractRow[]> {
  const which = slug === null ? sql`api_endpoint_url is not null` : sql`workflow_slug = ${slug}`;
  const { rows } = await sql<ContractRow>`
    select workflow_slug, modal_endpoint_url, api_endpoint_url, request_schema, response_schema
    from ${registry} where ${which} order by workflow_slug collate "C"`.execute(db);
  return rows;
}

/**
 * Writes a contract, which from then on only reports. A row whose function was changed meanwhile is left alone.
 *
 * @returns whether it was written.
 */
export async function writeContract(
  db: Kysely<Database>,
  { workflow_slug, modal_endpoint_url }: ContractRow,
  request: JsonObject | null,
  response: JsonObject | null,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update ${registry}
    set request_schema = ${textOf(request)}::json, response_schema = ${textOf(response)}::json, contract_mode = 'report'
    where workflow_slug = ${workflow_slug} and modal_endpoint_url = ${modal_endpoint_url}`.execute(db);
  return numAffectedRows !== undefined && numAffectedRows > 0n;
}

function textOf(schema: JsonObject | null): string | null {
  return schema === null ? null : JSON.stringify(schema);
}
