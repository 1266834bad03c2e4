import { styleText } from 'node:util';
import { type AuditFinding, type Severity, severities } from '../../src/schemas/api-shapes/audit-api.ts';
import { printable } from '../command-line/printable.ts';
import { tableText } from '../command-line/table.ts';

/**
 * The maximum number of rows shown for one kind of information: information that a whole registry lacks does not need a
 * line per row.
 */
const shownOfInfo = 10;

const colours = { error: 'red', warning: 'yellow', info: 'dim' } as const satisfies Record<Severity, string>;

/**
 * The audit as text for a person: a table with the worst findings first, and totals.
 *
 * @param rows the number of rows audited.
 * @param isColoured whether the severities are shown in colour.
 */
export function auditText(findings: readonly AuditFinding[], rows: number, isColoured: boolean): string {
  const counts = severities.map((severity) => counted(findings, severity)).join(', ');
  const summary = `${counts} in ${rows} ${rows === 1 ? 'row' : 'rows'}.`;
  if (findings.length === 0) return summary;
  const lines = tableText([['severity', 'code', 'workflow', 'message'], ...cellsOf(findings)]).split('\n');
  return [...(isColoured ? lines.map(coloured) : lines), '', summary].join('\n');
}

function cellsOf(findings: readonly AuditFinding[]): readonly (readonly string[])[] {
  const kinds = Map.groupBy(findings, ({ code }) => code);
  return [...kinds].flatMap(([code, kind]) => {
    const shown = kind.filter(({ severity }, place) => severity !== 'info' || place < shownOfInfo);
    const cells = shown.map(({ severity, workflow_slug, message }) => [
      severity,
      code,
      printable(workflow_slug ?? '(no slug)'),
      printable(message),
    ]);
    const more = kind.length - shown.length;
    return more === 0
      ? cells
      : [...cells, ['info', code, '…', `${more} more ${more === 1 ? 'row' : 'rows'}: see --json.`]];
  });
}

/** Colours the severity that a line starts with; the header has none. */
function coloured(line: string): string {
  const severity = severities.find((word) => line.startsWith(`${word} `));
  if (severity === undefined) return line;
  return styleText(colours[severity], severity, { validateStream: false }) + line.slice(severity.length);
}

function counted(findings: readonly AuditFinding[], severity: Severity): string {
  const count = findings.filter((finding) => finding.severity === severity).length;
  return `${count} ${severity}${count === 1 || severity === 'info' ? '' : 's'}`;
}
