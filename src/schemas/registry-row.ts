import { z } from 'zod';
import { isShallow, type JsonValue, tooDeep } from './json.ts';

/** Text as people leave it in tables: padded or empty text means the same as null. */
const text = z
  .union([z.string(), z.number(), z.bigint(), z.boolean()])
  .nullish()
  .transform((value) => trimmed(value ?? ''));

const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

/**
 * Columns that only inform: a value of another type is no value, and never takes a row out of service. Not as
 * `text.catch(null)`: there are 15 of them in a row, and over 50,000 rows that takes 0.1 s more of the processor's time.
 */
const note = z
  .unknown()
  .optional()
  .transform((value) => (isText(value) ? trimmed(value) : null));
const noteFlag = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'boolean' ? value : null));

type Text = string | number | bigint | boolean;

function isText(value: unknown): value is Text {
  return ['string', 'bigint', 'boolean'].includes(typeof value) || Number.isFinite(value);
}

function trimmed(value: Text): string | null {
  return String(value).trim() || null;
}

/** A column that pg gave as JSON, whatever it holds: checked later, so that a bad contract is a reason and not a fault. */
const json = z
  .custom<JsonValue>()
  .optional()
  .transform((value) => (isShallow(value) ? (value ?? null) : tooDeep));

/** A timestamp as pg gives it (Date), or as a saved snapshot does (ISO 8601 text); anything else, such as `infinity`, is no time. */
const time = z
  .unknown()
  .optional()
  .transform((value) => {
    if (!(value instanceof Date || typeof value === 'string')) return null;
    const date = new Date(value);
    return Number.isNaN(date.getTime()) ? null : date.toISOString();
  });

/**
 * A row as the registry table has it, in the table's own names. Every column but the slug may be absent: Rowgate
 * also serves tables that have only `workflow_slug`, `modal_endpoint_url` and `api_endpoint_url`.
 */
export const RegistryRow = z.object({
  workflow_slug: text,
  provider: note,
  platform: note,
  payload_type: note,
  entity_type: note,
  description: note,
  workflow_type: note,
  raw_table: note,
  extracted_table: note,
  core_table: note,
  usage_category: note,
  coalesces_to_core: noteFlag,
  is_active: flag,
  modal_function_name: note,
  modal_endpoint_url: text,
  api_endpoint_url: text,
  timeout_seconds: json,
  request_schema: json,
  response_schema: json,
  contract_mode: note,
  example_request: json,
  idempotent: noteFlag,
  max_concurrency: json,
  is_critical: noteFlag,
  deprecated_at: time,
  created_at: time,
  updated_at: time,
});
export type RegistryRow = Readonly<z.output<typeof RegistryRow>>;
