import type { KnownValues } from './columns/column-kinds.ts';
import { columnNames, type RegistryColumn, registryColumns } from './columns/registry-columns.ts';
import { parseSettings } from './columns/route-settings.ts';
import { isConventionalPath, parseEndpoint } from './endpoint-path.ts';
import { parseFunctionUrl } from './function-url.ts';
import { invisibleCharacter } from './invisible-character.ts';
import { readText } from './columns/read-value.ts';
import { quoted } from '../json-schema/quoted.ts';
import {
  emptyRow,
  isTooLong,
  maxTextLength,
  readRegistryRow,
  type RegistryRow,
  shownText,
  slugInTable,
} from './registry-row.ts';
import type { RouteDefinition } from './route-definition.ts';
import { type Parsed, type Reason, refused, type Warning } from './verdict.ts';

/** The part of the current configuration that rows are validated against. */
export type RowRules = Readonly<{
  allowedHosts: readonly string[];
  /**
   * How the host contradicts Modal's label for the function; null if it does not, or if the rule does not decide
   * (modal/label.ts).
   */
  labelMismatch: (host: string, functionName: string) => string | null;
}>;

/** The result of validating one row on its own; conflicts between rows are settled in dynamic/snapshot.ts. */
export type RowVerdict = Readonly<{ row: RegistryRow; warnings: readonly Warning[] }> &
  (
    | Readonly<{ status: 'routable'; definition: RouteDefinition }>
    | Readonly<{ status: 'not_exposed' | 'inactive' }>
    | Readonly<{ status: 'rejected'; reasons: readonly Reason[] }>
  );

const maxSlugLength = 200;
/** Shared by all rows without warnings. */
const none: readonly Warning[] = [];

/**
 * Validates one row: routable with its definition, not exposed, inactive, or rejected with every reason at once. Never
 * throws, whatever the row contains: one bad row must not abort the table.
 */
export function parseRow(input: unknown, rules: RowRules): RowVerdict {
  const warnings: Warning[] = [];
  const read = readRegistryRow(input, (column, value) => warnings.push(unreadValue(column, value)));
  if (!read.ok) return { status: 'rejected', row: salvage(input), reasons: read.reasons, warnings: [] };
  const row = read.value;
  addColumnWarnings(row, warnings);
  addSlugWarning(row.workflow_slug, warnings);
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
          'modal_endpoint_url must not be empty: the row has a path but no function to call.',
        )
      : parseFunctionUrl(row.modal_endpoint_url, rules.allowedHosts);
  const settings = parseSettings(row, endpoint.ok ? endpoint.value.path : '');
  if (!slug.ok || !endpoint.ok || !functionUrl.ok || !settings.ok) {
    const parts = [slug, endpoint, functionUrl, settings];
    const reasons = parts.flatMap((part) => (part.ok ? [] : part.reasons));
    return { status: 'rejected', row, reasons, warnings };
  }
  const definition: RouteDefinition = {
    ...settings.value,
    slug: slug.value,
    method: endpoint.value.method,
    path: endpoint.value.path,
    functionUrl: functionUrl.value,
  };
  warnings.push(...routeWarnings(definition, row, rules), ...(settings.warnings ?? []));
  return { status: 'routable', row, definition, warnings: warnings.length === 0 ? none : warnings };
}

function parseSlug(slug: string | null): Parsed<string> {
  if (slug === null)
    return refused(
      'slug_missing',
      'workflow_slug',
      'workflow_slug must not be empty: set it to a unique name.',
    );
  if (slug.length > maxSlugLength || /\p{Cc}/u.test(slug) || !slug.isWellFormed()) {
    return refused(
      'slug_invalid',
      'workflow_slug',
      `workflow_slug must have at most ${maxSlugLength} characters, without control characters and lone surrogates; it is ${quoted(slug)}.`,
    );
  }
  return { ok: true, value: slug };
}

const knownValues: readonly Readonly<{ column: RegistryColumn; known: KnownValues }>[] = columnNames.flatMap(
  (column) => {
    const declared = registryColumns[column];
    return 'known' in declared ? [{ column, known: declared.known }] : [];
  },
);

function unreadValue(column: RegistryColumn, value: unknown): Warning {
  if (isTooLong(column, value)) {
    const message = `${column} has more than ${maxTextLength} characters. It counts as null.`;
    return { code: 'column_value_unknown', column, message };
  }
  const kind = { boolean: 'true or false', 'timestamp with time zone': 'a time' };
  const { sqlType } = registryColumns[column];
  const wanted = sqlType === 'boolean' || sqlType === 'timestamp with time zone' ? kind[sqlType] : 'text';
  const meaning = column === 'created_at' ? 'later than any other' : 'null';
  const message = `${column} cannot be read as ${wanted}${shownText(value)}. It counts as ${meaning}.`;
  return { code: 'column_value_unknown', column, message };
}

/** Inside a slug: those at its ends are ignored (columns/trimmed.ts). */
function addSlugWarning(slug: string | null, warnings: Warning[]): void {
  const found = slug === null ? null : invisibleCharacter(slug);
  if (found === null) return;
  const message = `workflow_slug has the invisible character ${found}. A request for the slug as it looks does not find the row: remove the character unless it is intended.`;
  warnings.push({ code: 'slug_invisible_character', column: 'workflow_slug', message });
}

function addColumnWarnings(row: RegistryRow, warnings: Warning[]): void {
  for (const { column, known } of knownValues) {
    const value = row[column];
    if (typeof value !== 'string' || known.values.includes(value)) continue;
    const consequence = known.otherwise === undefined ? '' : `: ${known.otherwise}`;
    const message = `${column} is ${quoted(value)}, which is not one of ${known.values.join(', ')}${consequence}.`;
    warnings.push({ code: 'column_value_unknown', column, message });
  }
  if (row.coalesces_to_core === true && row.core_table === null) {
    const message = 'coalesces_to_core is true, but core_table is empty.';
    warnings.push({ code: 'core_table_missing', column: 'core_table', message });
  }
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

/** The slug of a row that could not be read, so that operators still see which row is meant. */
function salvage(input: unknown): RegistryRow {
  const slug = slugInTable(input);
  if (slug === null) return emptyRow;
  return { ...emptyRow, workflow_slug: isTooLong('workflow_slug', slug) ? quoted(slug) : readText(slug) };
}
