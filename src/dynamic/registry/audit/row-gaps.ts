import type { AuditFinding } from '../../../schemas/api-shapes/audit-api.ts';
import { quoted } from '../../../json-schema/quoted.ts';
import type { RegistryRow } from '../../../schemas/registry-row.ts';
import type { RouteDefinition } from '../../../schemas/route-definition.ts';
import { conventionalSeconds } from '../../../schemas/columns/timeout.ts';
import { auditFinding } from './audit-finding.ts';
import { isChecked, modeOf } from '../../contracts/request-check.ts';
import type { RegistryEntry } from '../registry-entry.ts';

/**
 * How many times longer or shorter than the convention a timeout may be. A factor of three accepts the demo registry's
 * backfills, which deliberately have a third, and finds a lookup of more than 90 s, near the 100 s at which callers give up.
 */
const timeoutFactor = 3;

/** What is missing or unconventional in a row, as far as the row alone shows it. */
export function rowGaps({ row, status, definition, reasons }: RegistryEntry): readonly AuditFinding[] {
  // Only the slug of a row that cannot be read is known.
  if (reasons.some(({ code }) => code === 'row_unreadable')) return [];
  // The definition of a stale row is that of an earlier version.
  const served = status === 'mounted' ? definition : null;
  return [
    ...coreTableGaps(row),
    ...missingText(row),
    ...(served === null
      ? []
      : [...missingContract(row, served), ...reportedContract(row, served), ...farTimeout(row, served)]),
  ];
}

function coreTableGaps(row: RegistryRow): readonly AuditFinding[] {
  const { coalesces_to_core, core_table } = row;
  // A missing core_table is a warning of the row's verdict: schemas/parse-row.ts.
  if (coalesces_to_core === false && core_table !== null) {
    const message = `coalesces_to_core is false, but core_table is ${quoted(core_table)}: one of them is wrong.`;
    return [auditFinding(row, 'core_table_unexpected', message)];
  }
  if (coalesces_to_core !== null) return [];
  const message = 'coalesces_to_core is neither true nor false; a row without a value counts as false.';
  return [auditFinding(row, 'coalesces_to_core_missing', message)];
}

function missingText(row: RegistryRow): readonly AuditFinding[] {
  const findings: AuditFinding[] = [];
  if (row.workflow_type === null) {
    findings.push(auditFinding(row, 'workflow_type_missing', 'workflow_type is missing.'));
  }
  if (row.description === null) {
    const message = 'description is missing: readers of the documentation see only the slug.';
    findings.push(auditFinding(row, 'description_missing', message));
  }
  if (row.modal_function_name === null && row.modal_endpoint_url !== null) {
    const message =
      'modal_function_name is missing, so nothing shows whether the URL belongs to the right function.';
    findings.push(auditFinding(row, 'function_name_missing', message));
  }
  return findings;
}

function missingContract(row: RegistryRow, served: RouteDefinition): readonly AuditFinding[] {
  const missing = [
    ...(served.requestSchema === null ? ['request_schema'] : []),
    ...(served.responseSchema === null ? ['response_schema'] : []),
  ];
  if (missing.length === 0) return [];
  const message = `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: bodies without a schema are neither validated nor documented.`;
  return [auditFinding(row, 'contract_missing', message)];
}

function reportedContract(row: RegistryRow, served: RouteDefinition): readonly AuditFinding[] {
  if (!isChecked(served) || modeOf(served) !== 'report') return [];
  const message =
    'contract_mode is report: bodies that violate request_schema are counted and passed on. Once contract_reports stays empty, set it to enforce.';
  return [auditFinding(row, 'contract_reported_only', message)];
}

function farTimeout(row: RegistryRow, { path, timeoutSeconds }: RouteDefinition): readonly AuditFinding[] {
  const conventional = conventionalSeconds(path);
  const isFar =
    timeoutSeconds > conventional * timeoutFactor || timeoutSeconds * timeoutFactor < conventional;
  if (!isFar) return [];
  const message = `timeout_seconds is ${timeoutSeconds}, far from the conventional ${conventional} s for ${path}.`;
  return [auditFinding(row, 'timeout_unconventional', message)];
}
