import { z } from '@hono/zod-openapi';
import { nextPage, pageParameters, queryParameters } from './query-parameters.ts';
import { reasonCodes } from '../verdict.ts';

export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/**
 * What the audit finds. Errors: a row is not served as written, or its calls reach another function. Warnings: it is served,
 * but something about it is probably a mistake. Information: something that is not required is missing or not enforced.
 */
export const codesBySeverity = {
  error: [...reasonCodes, 'function_url_mismatch'],
  warning: [
    'function_url_shared',
    'path_unconventional',
    'slug_invisible_character',
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

/** The audit as the API's callers get it, in pages; `npm run registry -- audit --json` prints all of `findings`. */
export const Audit = z
  .object({
    findings: z.array(AuditFinding),
    total: z.int().openapi({ description: 'How many findings match the filters, on all pages.' }),
    next: nextPage,
  })
  .openapi('Audit');

/** Filters of the audit: exact values, all of which must match. */
const filters = {
  severity: z.enum(severities, `must be one of ${severities.join(', ')}`).optional(),
  code: z.enum(auditCodes, `must be one of ${auditCodes.join(', ')}`).optional(),
};
export type AuditFilters = Readonly<{ severity?: Severity | undefined; code?: AuditCode | undefined }>;

/** A code, a slug, and a number. */
export const auditCursorParts = 3;
export const AuditQuery = queryParameters({ ...filters, ...pageParameters(auditCursorParts) });
