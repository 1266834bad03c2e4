import type { ColumnType, Generated } from 'kysely';
import type { RegistryColumn } from '../schemas/columns/registry-columns.ts';

/** A bigint, which pg returns as text: a number would be rounded beyond 2^53. */
type BigInteger = string;
type Time = ColumnType<Date, Date, Date>;
type TimeByDefault = ColumnType<Date, Date | undefined, Date>;
/** JSON is written as text, since pg would write an array as a Postgres array. */
type Json = ColumnType<unknown, string, string>;

/**
 * The registry as the migrations create it. Its values are unknown: a table that existed before may have other types, and
 * schemas/parse-row.ts reads whatever is there.
 */
type RegistryTable = Record<Exclude<RegistryColumn, 'workflow_slug'>, unknown> & { workflow_slug: string };

interface RegistryHistoryTable {
  id: Generated<BigInteger>;
  version: BigInteger;
  changed_at: TimeByDefault;
  changed_by: string;
  operation: 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE';
  workflow_slug: string | null;
  old_row: Json;
  new_row: Json;
}

/** A counter in a table of one row. */
interface VersionTable {
  singleton: Generated<boolean>;
  version: BigInteger;
}

interface ReplicasTable {
  replica_id: string;
  host: string;
  pid: number;
  version: string | null;
  allowed_hosts: ColumnType<string[] | null, readonly string[] | undefined, readonly string[] | undefined>;
  started_at: TimeByDefault;
  seen_at: TimeByDefault;
  expires_at: Time;
}

interface WorkflowVerdictsTable {
  workflow_slug: string;
  row_hash: string;
  status: string;
  reasons: Json;
  warnings: Json;
  replica_id: string;
  judged_at: TimeByDefault;
}

interface ApiKeysTable {
  id: Generated<string>;
  name: string;
  key_hash: string;
  previous_key_hash: string | null;
  previous_expires_at: Time | null;
  scopes: ColumnType<string[], readonly string[], readonly string[]>;
  requests_per_second: number | null;
  burst: number | null;
  monthly_quota: ColumnType<BigInteger | null, number | null, number | null>;
  created_at: TimeByDefault;
  expires_at: Time | null;
  revoked_at: Time | null;
}

interface ApiKeyUsageTable {
  key_id: string;
  tokens: number;
  refilled_at: TimeByDefault;
  month: Time;
  used: Generated<BigInteger>;
}

/** The last settlement of a process that is counted in rowgate.api_key_usage. */
interface KeySettlementsTable {
  process_id: string;
  sequence: BigInteger;
  settled_at: TimeByDefault;
}

interface MigrationsTable {
  name: string;
  applied_at: TimeByDefault;
}

/** What Rowgate reads from the catalog (SQL standard, "COLUMNS view"). */
interface ColumnsView {
  table_schema: string;
  table_name: string;
  column_name: string;
  ordinal_position: number;
  is_generated: 'ALWAYS' | 'NEVER';
  is_identity: 'YES' | 'NO';
}

/** The tables of a migrated database, by schema-qualified name. The registry of REGISTRY_TABLE may be another one. */
export interface Database {
  'reference.enrichment_workflow_registry': RegistryTable;
  'reference.enrichment_workflow_registry_history': RegistryHistoryTable;
  'rowgate.registry_version': VersionTable;
  'rowgate.replicas': ReplicasTable;
  'rowgate.workflow_verdicts': WorkflowVerdictsTable;
  'rowgate.api_keys': ApiKeysTable;
  'rowgate.api_keys_version': VersionTable;
  'rowgate.api_key_usage': ApiKeyUsageTable;
  'rowgate.key_settlements': KeySettlementsTable;
  'rowgate.migrations': MigrationsTable;
  'information_schema.columns': ColumnsView;
}
