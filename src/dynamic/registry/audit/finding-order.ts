import {
  type AuditFinding,
  codesBySeverity,
  severities,
  type Severity,
} from '../../../schemas/api-shapes/audit-api.ts';

/** What findings are sorted by: the severity of the code, the code, the slug. */
export type FindingPlace = Readonly<{ code: string; workflow_slug: string | null }>;

const warningCodes: ReadonlySet<string> = new Set(codesBySeverity.warning);
const infoCodes: ReadonlySet<string> = new Set(codesBySeverity.info);

export function severityOf(code: string): Severity {
  if (infoCodes.has(code)) return 'info';
  return warningCodes.has(code) ? 'warning' : 'error';
}

/** Negative if `a` comes first, 0 if both have the same row and code. */
export function compareFindings(a: FindingPlace, b: FindingPlace): number {
  if (a.code !== b.code) {
    const bySeverity = severities.indexOf(severityOf(a.code)) - severities.indexOf(severityOf(b.code));
    return bySeverity || compared(a.code, b.code);
  }
  return compared(a.workflow_slug ?? '', b.workflow_slug ?? '');
}

export function compared(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** All findings in order, from those of each row in the order of slugs: sorting 100,000 at once would take 0.1 s. */
export function inOrder(found: ReadonlyMap<string, readonly AuditFinding[]>): readonly AuditFinding[] {
  const codes = [...found.keys()].toSorted((a, b) =>
    compareFindings({ code: a, workflow_slug: null }, { code: b, workflow_slug: null }),
  );
  return codes.flatMap((code) => found.get(code) ?? []);
}
