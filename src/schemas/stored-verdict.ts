/** A verdict on one row, for `reference.explain_workflow` in psql. */
export type StoredVerdict = Readonly<{
  workflow_slug: string;
  row_hash: string;
  status: string;
  reasons: readonly unknown[];
  warnings: readonly unknown[];
}>;
