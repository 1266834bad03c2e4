/** Why a row cannot be served safely. The codes are stable: operators and scripts match on them. */
export const reasonCodes = [
  'row_unreadable',
  'slug_missing',
  'slug_invalid',
  'slug_duplicate',
  'function_url_missing',
  'function_url_invalid',
  'function_url_not_allowed',
  'method_unsupported',
  'path_outside_run',
  'path_invalid',
  'path_taken',
  'timeout_invalid',
  'max_concurrency_invalid',
  'schema_invalid',
  'schema_dangerous',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** What is unusual about a row that is served nevertheless. */
export const warningCodes = [
  'path_unconventional',
  'slug_invisible_character',
  'function_url_mismatch',
  'function_url_shared',
  'core_table_missing',
  'column_value_unknown',
  'pattern_not_applied',
] as const;
export type WarningCode = (typeof warningCodes)[number];

/** One finding about one row: a code for machines, a sentence for people, and where to look. */
export type Finding<Code extends string> = Readonly<{
  code: Code;
  message: string;
  /** The column to fix, or null if the whole row is meant. */
  column: string | null;
  /** The other row of a conflict. */
  other_slug?: string;
}>;
export type Reason = Finding<ReasonCode>;
export type Warning = Finding<WarningCode>;

/** What a parser returns: the value, or the reason why there is none. Expected outcomes are values. */
export type Parsed<T> =
  | Readonly<{ ok: true; value: T; warnings?: readonly Warning[] }>
  | Readonly<{ ok: false; reasons: readonly Reason[] }>;

/** A successful outcome. */
export function parsed<T>(value: T, warnings: readonly Warning[] = []): Parsed<T> {
  return warnings.length === 0 ? { ok: true, value } : { ok: true, value, warnings };
}

/** A refusal with a single reason. */
export function refused(code: ReasonCode, column: string | null, message: string): Parsed<never> {
  return { ok: false, reasons: [{ code, column, message }] };
}
