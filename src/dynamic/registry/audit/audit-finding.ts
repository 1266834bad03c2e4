import type { AuditCode, AuditFinding } from '../../../schemas/api-shapes/audit-api.ts';
import type { RegistryRow } from '../../../schemas/registry-row.ts';
import { severityOf } from './finding-order.ts';

/** A finding about a row, with the severity that its code has. */
export function auditFinding(
  { workflow_slug }: Pick<RegistryRow, 'workflow_slug'>,
  code: AuditCode,
  message: string,
): AuditFinding {
  return { code, severity: severityOf(code), workflow_slug, message };
}
