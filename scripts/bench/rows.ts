import { readFile } from 'node:fs/promises';
import { demoRegistryFile } from '../../src/dev/demo-registry/demo-registry.ts';
import { connect } from './workbench.ts';

export type BenchRow = Readonly<Record<string, unknown>>;

const rowsPerStatement = 5_000;

/** A row as people write them, all text columns filled and without contracts. Everything about it comes from `n`. */
export function plainRow(n: number): BenchRow {
  return {
    workflow_slug: `bench-workflow-${n}`,
    description: `Looks up a company by its domain and stores what workflow ${n} found.`,
    provider: `provider-${n % 40}`,
    platform: 'modal',
    entity_type: 'company',
    workflow_type: 'lookup',
    payload_type: 'enrichment',
    raw_table: `raw.bench_workflow_${n}_payloads`,
    extracted_table: `extracted.bench_workflow_${n}`,
    usage_category: 'client',
    coalesces_to_core: false,
    is_active: true,
    modal_function_name: `bench_workflow_${n}`,
    modal_endpoint_url: `https://demodata--bench-bench-workflow-${n}.modal.run`,
    api_endpoint_url: pathOf(n),
  };
}

/** Where `plainRow(n)` is served. */
export function pathOf(n: number): string {
  return `/run/companies/provider-${n % 40}/workflow-${n}/lookup`;
}

/** Rows with the contracts of the demo registry, over and over. */
export async function rowsWithContracts(count: number): Promise<readonly BenchRow[]> {
  const demo: unknown = JSON.parse(await readFile(demoRegistryFile, 'utf8'));
  if (!Array.isArray(demo)) throw new Error(`${demoRegistryFile} is not a list.`);
  const exposed = demo.filter((row: BenchRow) => row['request_schema'] !== undefined);
  return Array.from({ length: count }, (_, n) => ({ ...exposed[n % exposed.length], ...plainRow(n) }));
}

export function plainRows(count: number): readonly BenchRow[] {
  return Array.from({ length: count }, (_, n) => plainRow(n));
}

/** Inserts rows that have the same columns, and gives Postgres its statistics. */
export async function insertRows(url: string, rows: readonly BenchRow[]): Promise<void> {
  await using connection = await connect(url);
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    await connection.client.query(
      `insert into reference.enrichment_workflow_registry (${columns})
       select ${columns} from json_populate_recordset(null::reference.enrichment_workflow_registry, $1::json)`,
      [JSON.stringify(rows.slice(start, start + rowsPerStatement))],
    );
  }
  await connection.client.query('vacuum analyze');
}
