import { z } from '@hono/zod-openapi';
import { reasonCodes } from './verdict.ts';

export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/**
 * What the audit finds. Errors: a row is not served as it stands, or its calls reach another function. Warnings: it is
 * served, and something about it is probably a mistake. Information: something that serving does not need is missing, or
 * not in force.
 */
export const codesBySeverity = {
  error: [...reasonCodes, 'function_url_mismatch'],
  warning: [
    'function_url_shared',
    'path_unconventional',
    'timeout_unconventional',
    'core_table_missing',
    'core_table_unexpected',
    'column_value_unknown',
    'pattern_not_applied',
  ],
  info: [
    'coalesces_to_core_missing',
    'workflow_type_missing',
    'description_missing',
    'contract_missing',
    'contract_reported_only',
    'function_name_missing',
  ],
} as const satisfies Readonly<Record<Severity, readonly string[]>>;

export type AuditCode = (typeof codesBySeverity)[Severity][number];

const auditCodes = [...codesBySeverity.error, ...codesBySeverity.warning, ...codesBySeverity.info] as const;

/** One finding of the audit, about one row. */
export const AuditFinding = z
  .object({
    code: z.enum(auditCodes),
    severity: z.enum(severities),
    workflow_slug: z.string().nullable().openapi({ description: 'The row; null for one without a slug.' }),
    message: z.string(),
  })
  .openapi('AuditFinding');
export type AuditFinding = Readonly<z.output<typeof AuditFinding>>;

/** The audit as its callers get it, from the API and from `npm run registry -- audit --json`. */
export const Audit = z.object({ findings: z.array(AuditFinding) }).openapi('Audit');

/** Filters of the audit: exact values, all of which must hold. */
export const AuditFilters = z.object({
  severity: z.enum(severities, `must be one of ${severities.join(', ')}`).optional(),
  code: z.enum(auditCodes, `must be one of ${auditCodes.join(', ')}`).optional(),
});
export type AuditFilters = z.output<typeof AuditFilters>;
