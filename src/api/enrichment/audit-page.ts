import { compareFindings } from '../../dynamic/registry/audit/finding-order.ts';
import { isStep, type Steps } from '../../live/cooperative-task.ts';
import {
  auditCursorParts,
  type AuditFilters,
  type AuditFinding,
} from '../../schemas/api-shapes/audit-api.ts';
import { readCursor } from '../../schemas/api-shapes/query-parameters.ts';

/** A page of an audit, the number of findings on all pages, and the cursor of the next page; null for the last page. */
export type AuditPage = Readonly<{
  findings: AuditFinding[];
  total: number;
  end: readonly string[] | null;
}>;

/**
 * The findings that match the filters, starting after a cursor.
 *
 * @param all in order. A cursor consists of a code, a slug, and the position of the finding among those that have both.
 */
export function* auditPageSteps(
  all: readonly AuditFinding[],
  { severity, code }: AuditFilters,
  { limit, cursor }: Readonly<{ limit: number; cursor?: string | undefined }>,
): Steps<AuditPage> {
  const isShownBefore = createIsShownBefore(cursor);
  const findings: AuditFinding[] = [];
  let total = 0;
  let end: readonly string[] | null = null;
  let hasMore = false;
  let previous: AuditFinding | undefined;
  let nth = 1;
  for (const [place, finding] of all.entries()) {
    if (isStep(place)) yield;
    nth = previous !== undefined && compareFindings(previous, finding) === 0 ? nth + 1 : 1;
    previous = finding;
    if (severity !== undefined && finding.severity !== severity) continue;
    if (code !== undefined && finding.code !== code) continue;
    total += 1;
    if (isShownBefore(finding, nth)) continue;
    if (findings.length === limit) {
      hasMore = true;
      continue;
    }
    findings.push(finding);
    end = [finding.code, finding.workflow_slug ?? '', String(nth)];
  }
  return { findings, total, end: hasMore ? end : null };
}

function createIsShownBefore(cursor: string | undefined): (finding: AuditFinding, nth: number) => boolean {
  if (cursor === undefined) return () => false;
  const [code = '', slug = '', lastShown = ''] = readCursor(cursor, auditCursorParts) ?? [];
  const last = { code, workflow_slug: slug };
  return (finding, nth) => {
    const order = compareFindings(finding, last);
    return order < 0 || (order === 0 && nth <= Number(lastShown));
  };
}
