import { auditOf } from '../../../../src/dynamic/registry/audit/audit.ts';
import { validateRow } from '../../../../src/dynamic/registry/validated-row.ts';
import {
  buildSnapshot,
  type LastKnownGood,
  type Snapshot,
} from '../../../../src/dynamic/registry/snapshot.ts';
import { labelMismatch } from '../../../../src/modal/label.ts';
import type { AuditFinding } from '../../../../src/schemas/api-shapes/audit-api.ts';
import type { Columns } from '../rows.ts';

/** The snapshot of rows as a table has them, validated by the rules of a gateway without configuration. */
export function snapshotOfRows(rows: readonly unknown[], past?: LastKnownGood): Snapshot {
  const rules = { allowedHosts: ['*.modal.run'], labelMismatch };
  return buildSnapshot(
    '1',
    rows.map((row, place) => validateRow(row, `hash-${place}`, rules)),
    past,
  );
}

/** What the audit finds in these rows. */
export function auditOfRows(rows: readonly unknown[]): readonly AuditFinding[] {
  return auditOf(snapshotOfRows(rows).entries);
}

/** A row in which nothing is to be found, with a path and a function of its own; `over` replaces columns. */
export function soundRow(slug: string, over: Columns = {}): Columns {
  return {
    workflow_slug: slug,
    description: `Looks ${slug} up.`,
    workflow_type: 'lookup',
    coalesces_to_core: false,
    modal_function_name: slug.replaceAll('-', '_'),
    modal_endpoint_url: `https://demodata--app-${slug}.modal.run`,
    api_endpoint_url: `/run/companies/demo/${slug}/lookup`,
    request_schema: { type: 'object' },
    response_schema: { type: 'object' },
    ...over,
  };
}
