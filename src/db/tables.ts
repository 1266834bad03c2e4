/** The registry as Rowgate reads it. Any column but the slug may be missing, so rows come in as unknown values. */
export interface RegistryTable {
  workflow_slug: string;
  [column: string]: unknown;
}

/** Which migration files were applied. */
export interface MigrationTable {
  name: string;
  applied_at: Date;
}

/** Tables that Rowgate knows, by schema-qualified name. */
export interface Database {
  'reference.enrichment_workflow_registry': RegistryTable;
  'rowgate.migrations': MigrationTable;
}
