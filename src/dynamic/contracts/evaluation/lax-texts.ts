import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import { trimBlanks } from '../../../json-schema/patterns/trim-blanks.ts';
import { failedKeywords } from './assertions.ts';
import type { Spend } from './evaluation-budget.ts';

const textKeywords: ReadonlySet<string> = new Set(['minLength', 'maxLength', 'pattern']);

/** Formats whose length pydantic may count in bytes: `bytes`, `SecretBytes`, and what base64 encodes. */
const byteFormats: ReadonlySet<JsonValue | undefined> = new Set([
  'binary',
  'base64',
  'base64url',
  'password',
]);

/**
 * Returns a text as pydantic may read it before it checks length and pattern, if the text itself fails them: without leading
 * and trailing white space (`str_strip_whitespace`), as bytes, or as the text that it encodes.
 */
export function laxText(schema: JsonObject, text: string, spend: Spend): string {
  const { minLength, maxLength, pattern, format } = schema;
  if (minLength === undefined && maxLength === undefined && pattern === undefined) return text;
  const isFine = (candidate: string): boolean =>
    !failedKeywords(schema, candidate, spend).some((keyword) => textKeywords.has(keyword));
  if (isFine(text)) return text;
  const trimmed = trimBlanks(text);
  if (trimmed !== text && isFine(trimmed)) return trimmed;
  if (!byteFormats.has(format)) return text;
  const decoded = Buffer.from(text, 'base64');
  const readings = [Buffer.from(text).toString('latin1'), decoded.toString('latin1'), decoded.toString()];
  return readings.find(isFine) ?? text;
}
