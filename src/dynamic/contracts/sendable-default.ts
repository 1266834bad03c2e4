import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { listOf } from '../../json-schema/lists.ts';
import { BudgetExceeded } from './evaluation/evaluation-budget.ts';
import { definitionOf } from './evaluation/normalized-schema.ts';
import { searchFailures } from './messages/failure-search.ts';

/**
 * Whether the default of a member may be inserted into a body. Pydantic does not validate defaults, and publishes them
 * unchanged: `limit: int = None` as null, a SecretStr as asterisks. Leaving a default out is always correct, since the
 * function applies it itself.
 *
 * @param root the normalized schema that contains the member.
 */
export function isSendable(root: JsonObject, property: JsonObject): boolean {
  const value = property['default'];
  if (value === undefined || !isExact(value) || hasStars(value)) return false;
  const forms = formsOf(root, property);
  if (forms.some(({ format, writeOnly }) => format === 'password' || writeOnly === true)) return false;
  if (typeof value === 'string' && !fitsAFormat(forms, value)) return false;
  try {
    const schema = { ...property, $defs: root['$defs'] ?? {} };
    return searchFailures(schema, value, { budget: 500_000, failures: 1 }).length === 0;
  } catch (error) {
    if (error instanceof BudgetExceeded || error instanceof RangeError) return false;
    throw error;
  }
}

/** Rows pass through JSON.parse: 1234567890123456789 would be sent as …800. */
function isExact(value: JsonValue): boolean {
  if (typeof value === 'number') {
    return Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));
  }
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}

/** Whether a default contains, anywhere, the asterisks that pydantic shows instead of a secret. */
function hasStars(value: JsonValue): boolean {
  if (typeof value === 'string') return /^\*{6,}$/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasStars);
}

const maxForms = 100;

/** The schemas that apply to the member itself: its own, those referred to, and alternatives. */
function formsOf(root: JsonObject, property: JsonObject): readonly JsonObject[] {
  const forms = [property];
  for (const form of forms) {
    const { allOf, anyOf, oneOf } = form;
    const next = [definitionOf(root, form) ?? true, ...listOf(allOf), ...listOf(anyOf), ...listOf(oneOf)];
    if (forms.length < maxForms) forms.push(...next.filter(isJsonObject));
  }
  return forms;
}

const formats: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-\d\d-\d\d/,
  'date-time': /^\d{4}-\d\d-\d\d/,
  time: /^\d\d:\d\d/,
  duration: /^[+-]?(?:P|\d)/i,
  uuid: /^[0-9a-f-]{32,36}$/i,
};

/** Whether a text has the format of one of the forms, judging by its first characters; an empty text fits hardly any. */
function fitsAFormat(forms: readonly JsonObject[], text: string): boolean {
  const texts = forms.filter(({ type }) => type === 'string');
  const fits = ({ format }: JsonObject): boolean => {
    if (typeof format !== 'string' || format === 'binary' || format.startsWith('base64')) return true;
    return Object.hasOwn(formats, format) ? formats[format]?.test(text) === true : text !== '';
  };
  return texts.length === 0 || texts.some(fits);
}
