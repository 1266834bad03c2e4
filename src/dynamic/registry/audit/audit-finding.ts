import {
  type AuditCode,
  type AuditFinding,
  codesBySeverity,
  type Severity,
} from '../../../schemas/audit-api.ts';
import type { RegistryRow } from '../../../schemas/registry-row.ts';

const warningCodes: ReadonlySet<AuditCode> = new Set(codesBySeverity.warning);
const infoCodes: ReadonlySet<AuditCode> = new Set(codesBySeverity.info);

/** A finding about a row, with the severity that its code has. */
export function auditFinding(
  { workflow_slug }: Pick<RegistryRow, 'workflow_slug'>,
  code: AuditCode,
  message: string,
): AuditFinding {
  return { code, severity: severityOf(code), workflow_slug, message };
}

function severityOf(code: AuditCode): Severity {
  if (infoCodes.has(code)) return 'info';
  return warningCodes.has(code) ? 'warning' : 'error';
}
