import { type AuditFilters, type AuditFinding, severities } from '../../../schemas/audit-api.ts';
import { auditFinding } from './audit-finding.ts';
import { misplacedFunctions } from './misplaced-functions.ts';
import type { RegistryEntry } from '../registry-entry.ts';
import { rowGaps } from './row-gaps.ts';
import { atOnce, isStep, type Steps } from '../../../live/cooperative-task.ts';

/**
 * Everything that is wrong, odd or missing in a registry, by severity, code and slug, whatever the order of the rows.
 * Inactive rows are retired, and not audited. Pure; never throws for what a row holds.
 */
export function auditOf(entries: readonly RegistryEntry[]): readonly AuditFinding[] {
  return atOnce(auditSteps(entries));
}

/** The same in steps, for a process that serves meanwhile. */
export function* auditSteps(entries: readonly RegistryEntry[]): Steps<readonly AuditFinding[]> {
  const findings = [...(yield* misplacedFunctions(entries))];
  for (const [place, entry] of entries.entries()) {
    if (isStep(place)) yield;
    if (entry.status === 'inactive') continue;
    findings.push(...verdictFindings(entry), ...rowGaps(entry));
  }
  return findings.toSorted(inOrder);
}

/** The findings that a caller's filters let through. */
export function filterFindings(
  findings: readonly AuditFinding[],
  { severity, code }: AuditFilters,
): readonly AuditFinding[] {
  return findings.filter(
    (finding) =>
      (severity === undefined || finding.severity === severity) &&
      (code === undefined || finding.code === code),
  );
}

/** What was found as the row was judged and as conflicts were settled; a stale row is not served as it stands either. */
function verdictFindings({ row, reasons, warnings }: RegistryEntry): readonly AuditFinding[] {
  return [
    ...reasons.map(({ code, message }) => auditFinding(row, code, `Not served as it stands: ${message}`)),
    ...warnings
      // The audit knows the other rows too, and says whose function it is: misplaced-functions.ts.
      .filter(({ code }) => code !== 'function_url_mismatch')
      .map(({ code, message }) => auditFinding(row, code, message)),
  ];
}

function inOrder(a: AuditFinding, b: AuditFinding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    compared(a.code, b.code) ||
    compared(a.workflow_slug ?? '', b.workflow_slug ?? '') ||
    compared(a.message, b.message)
  );
}

function compared(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
