import { isShallow, type JsonValue, tooDeep } from '../json-schema/json.ts';
import { sharedWord } from './shared-word.ts';
import { type Parsed, parsed, refused } from './verdict.ts';

/**
 * A row as the registry table has it, in the table's own names. Every column but the slug may be absent: Rowgate
 * also serves tables that have only `workflow_slug`, `modal_endpoint_url` and `api_endpoint_url`. Times are ISO 8601.
 */
export type RegistryRow = Readonly<{
  workflow_slug: string | null;
  provider: string | null;
  platform: string | null;
  payload_type: string | null;
  entity_type: string | null;
  description: string | null;
  workflow_type: string | null;
  raw_table: string | null;
  extracted_table: string | null;
  core_table: string | null;
  usage_category: string | null;
  coalesces_to_core: boolean | null;
  is_active: boolean | null;
  modal_function_name: string | null;
  modal_endpoint_url: string | null;
  api_endpoint_url: string | null;
  timeout_seconds: JsonValue;
  request_schema: JsonValue;
  response_schema: JsonValue;
  contract_mode: string | null;
  example_request: JsonValue;
  idempotent: boolean | null;
  max_concurrency: JsonValue;
  is_critical: boolean | null;
  deprecated_at: string | null;
  created_at: string | null;
  updated_at: string | null;
}>;

type Columns = Readonly<Record<string, unknown>>;

/** Columns that decide what is served where: a value of another type takes the row out of service. */
const decidingTexts = ['workflow_slug', 'modal_endpoint_url', 'api_endpoint_url'] as const;

/** A row of which nothing is known. */
export const emptyRow: RegistryRow = rowOf({});

/**
 * Reads a row's columns; unknown ones are ignored. Written by hand, since a start reads every row: 50,000 rows took a
 * zod schema 1.2 s of processor time and take this 0.2 s (docs/decisions/0012-boot.md).
 */
export function readRegistryRow(input: unknown): Parsed<RegistryRow> {
  if (!isObject(input))
    return refused('row_unreadable', null, 'The row cannot be read: it must be an object.');
  for (const column of decidingTexts) {
    const value = input[column] ?? '';
    if (!isText(value)) return unreadable(column, 'must be text');
  }
  const isActive = input['is_active'] ?? null;
  if (isActive !== null && typeof isActive !== 'boolean') {
    return unreadable('is_active', 'must be true, false or null');
  }
  return parsed(rowOf(input));
}

/** One literal with all columns in one order, so that all rows have one shape and no tables of their own. */
function rowOf(input: Columns): RegistryRow {
  return {
    workflow_slug: textOf(input['workflow_slug']),
    provider: wordOf(input['provider']),
    platform: wordOf(input['platform']),
    payload_type: wordOf(input['payload_type']),
    entity_type: wordOf(input['entity_type']),
    description: textOf(input['description']),
    workflow_type: wordOf(input['workflow_type']),
    raw_table: textOf(input['raw_table']),
    extracted_table: textOf(input['extracted_table']),
    core_table: textOf(input['core_table']),
    usage_category: wordOf(input['usage_category']),
    coalesces_to_core: flagOf(input['coalesces_to_core']),
    is_active: flagOf(input['is_active']),
    modal_function_name: textOf(input['modal_function_name']),
    modal_endpoint_url: textOf(input['modal_endpoint_url']),
    api_endpoint_url: textOf(input['api_endpoint_url']),
    timeout_seconds: jsonOf(input['timeout_seconds']),
    request_schema: jsonOf(input['request_schema']),
    response_schema: jsonOf(input['response_schema']),
    contract_mode: wordOf(input['contract_mode']),
    example_request: jsonOf(input['example_request']),
    idempotent: flagOf(input['idempotent']),
    max_concurrency: jsonOf(input['max_concurrency']),
    is_critical: flagOf(input['is_critical']),
    deprecated_at: timeOf(input['deprecated_at']),
    created_at: timeOf(input['created_at']),
    updated_at: timeOf(input['updated_at']),
  };
}

function isObject(input: unknown): input is Columns {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

function unreadable(column: string, why: string): Parsed<never> {
  return refused('row_unreadable', column, `The row cannot be read: ${column} ${why}.`);
}

/** Text as people leave it in tables: padded or empty text means the same as null, and what is no text is no value. */
function textOf(value: unknown): string | null {
  return isText(value) ? String(value).trim() || null : null;
}

/** A text that many rows have in common. */
function wordOf(value: unknown): string | null {
  const text = textOf(value);
  return text === null ? null : sharedWord(text);
}

function isText(value: unknown): value is string | number | bigint | boolean {
  const type = typeof value;
  return type === 'string' || type === 'bigint' || type === 'boolean' || Number.isFinite(value);
}

function flagOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** A column that pg gave as JSON, whatever it holds: checked later, so that a bad contract is a reason and not a fault. */
function jsonOf(value: unknown): JsonValue {
  return isShallow(value) ? (value ?? null) : tooDeep;
}

const isoPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * A timestamp as pg gives it (a Date), or in ISO 8601 as listings and saved snapshots do; anything else, such as `infinity`,
 * is no time.
 */
function timeOf(value: unknown): string | null {
  if (!(value instanceof Date || typeof value === 'string')) return null;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return null;
  return typeof value === 'string' && isoPattern.test(value) ? value : date.toISOString();
}
