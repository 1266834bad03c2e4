import { parseContract } from './contract.ts';
import { tooDeep } from '../json-schema/json.ts';
import { isConventionalPath, parseEndpoint } from './endpoint-path.ts';
import { parseFunctionUrl } from './function-url.ts';
import { parseMaxConcurrency } from './max-concurrency.ts';
import { quoted } from '../json-schema/quoted.ts';
import { emptyRow, readRegistryRow, type RegistryRow } from './registry-row.ts';
import { contractModes, type RouteDefinition } from './route-definition.ts';
import { parseTimeout } from './timeout.ts';
import { type Parsed, type Reason, refused, type Warning } from './verdict.ts';

/** Today's configuration, as far as it decides over rows. */
export type RowRules = Readonly<{
  allowedHosts: readonly string[];
  /** The Modal label of a function, or null where the rule cannot tell (see modal/label.ts). */
  labelMismatch: (host: string, functionName: string) => string | null;
}>;

/** What one row amounts to, by itself; conflicts between rows are settled in dynamic/snapshot.ts. */
export type RowVerdict = Readonly<{ row: RegistryRow; warnings: readonly Warning[] }> &
  (
    | Readonly<{ status: 'routable'; definition: RouteDefinition }>
    | Readonly<{ status: 'not_exposed' | 'inactive' }>
    | Readonly<{ status: 'rejected'; reasons: readonly Reason[] }>
  );

const workflowTypes: readonly string[] = ['ingest', 'inference', 'lookup', 'utility'];
const maxSlugLength = 200;
/** One for all rows that have no warnings. */
const none: readonly Warning[] = [];

/**
 * Judges one row: routable with its definition, not exposed, inactive, or rejected with every reason at once.
 * Never throws, whatever the row holds: one bad row must not abort the table.
 */
export function parseRow(input: unknown, rules: RowRules): RowVerdict {
  const read = readRegistryRow(input);
  if (!read.ok) return { status: 'rejected', row: salvage(input), reasons: read.reasons, warnings: [] };
  const row = read.value;
  const warnings = columnWarnings(row);
  const slug = parseSlug(row.workflow_slug);
  if (row.is_active === false) return { status: 'inactive', row, warnings };
  if (row.api_endpoint_url === null) {
    return slug.ok
      ? { status: 'not_exposed', row, warnings }
      : { status: 'rejected', row, reasons: slug.reasons, warnings };
  }

  const endpoint = parseEndpoint(row.api_endpoint_url);
  const functionUrl =
    row.modal_endpoint_url === null
      ? refused(
          'function_url_missing',
          'modal_endpoint_url',
          'The row has a path but no function URL to call.',
        )
      : parseFunctionUrl(row.modal_endpoint_url, rules.allowedHosts);
  const timeout = parseTimeout(row.timeout_seconds, endpoint.ok ? endpoint.value.path : '');
  const concurrency = parseMaxConcurrency(row.max_concurrency);
  const request = parseContract(row.request_schema, 'request_schema');
  const response = parseContract(row.response_schema, 'response_schema');
  if (
    !slug.ok ||
    !endpoint.ok ||
    !functionUrl.ok ||
    !timeout.ok ||
    !concurrency.ok ||
    !request.ok ||
    !response.ok
  ) {
    const reasons = [slug, endpoint, functionUrl, timeout, concurrency, request, response].flatMap((part) =>
      part.ok ? [] : part.reasons,
    );
    return { status: 'rejected', row, reasons, warnings };
  }
  const definition: RouteDefinition = {
    slug: slug.value,
    method: endpoint.value.method,
    path: endpoint.value.path,
    functionUrl: functionUrl.value,
    timeoutSeconds: timeout.value,
    requestSchema: request.value,
    responseSchema: response.value,
    contractMode: contractModes.find((mode) => mode === row.contract_mode) ?? null,
    exampleRequest: row.example_request === tooDeep ? null : row.example_request,
    idempotent: row.idempotent === true,
    maxConcurrency: concurrency.value,
    deprecatedAt: row.deprecated_at,
  };
  warnings.push(...routeWarnings(definition, row, rules));
  return { status: 'routable', row, definition, warnings: warnings.length === 0 ? none : warnings };
}

function parseSlug(slug: string | null): Parsed<string> {
  if (slug === null)
    return refused('slug_missing', 'workflow_slug', 'The row has no workflow_slug to be known by.');
  if (slug.length > maxSlugLength || /\p{Cc}/u.test(slug) || !slug.isWellFormed()) {
    return refused(
      'slug_invalid',
      'workflow_slug',
      `A slug has at most ${maxSlugLength} characters, no control characters and no halves of characters.`,
    );
  }
  return { ok: true, value: slug };
}

function columnWarnings(row: RegistryRow): Warning[] {
  const warnings: Warning[] = [];
  const unknown = (column: string, value: string, known: readonly string[], so = ''): void => {
    const message = `${column} is ${quoted(value)}, which is none of ${known.join(', ')}${so}.`;
    warnings.push({ code: 'column_value_unknown', column, message });
  };
  if (row.workflow_type !== null && !workflowTypes.includes(row.workflow_type)) {
    unknown('workflow_type', row.workflow_type, workflowTypes);
  }
  if (row.contract_mode !== null && !contractModes.some((mode) => mode === row.contract_mode)) {
    unknown('contract_mode', row.contract_mode, contractModes, ': its contracts are enforced');
  }
  if (row.coalesces_to_core === true && row.core_table === null) {
    const message = 'coalesces_to_core is true, but core_table does not say into which table.';
    warnings.push({ code: 'core_table_missing', column: 'core_table', message });
  }
  return warnings;
}

function routeWarnings(definition: RouteDefinition, row: RegistryRow, rules: RowRules): Warning[] {
  const warnings: Warning[] = [];
  if (!isConventionalPath(definition.path)) {
    const message = `${definition.path} is not of the form /run/{entity}/{provider}/{workflow}/{action} in kebab-case.`;
    warnings.push({ code: 'path_unconventional', column: 'api_endpoint_url', message });
  }
  const mismatch =
    row.modal_function_name === null
      ? null
      : rules.labelMismatch(definition.functionUrl.host, row.modal_function_name);
  if (mismatch !== null) {
    warnings.push({ code: 'function_url_mismatch', column: 'modal_endpoint_url', message: mismatch });
  }
  return warnings;
}

/** The slug of a row that could not be read, so that ops still see which row is meant. */
function salvage(input: unknown): RegistryRow {
  if (typeof input !== 'object' || input === null || !('workflow_slug' in input)) return emptyRow;
  const slug = input.workflow_slug;
  return typeof slug === 'string' ? { ...emptyRow, workflow_slug: slug } : emptyRow;
}
