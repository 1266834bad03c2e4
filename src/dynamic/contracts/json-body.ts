import { isUtf8 } from 'node:buffer';
import { charactersIn, findJsonFault } from '../../modal/json-fault.ts';
import type { JsonValue } from '../../json-schema/json.ts';
import { createEvaluationBudget } from './evaluation/evaluation-budget.ts';
import { excerptAt } from './messages/excerpt.ts';
import { jsonErrorMessage } from './messages/json-messages.ts';
import { otherEncoding } from './messages/other-encodings.ts';

/** The position at which a text stops being JSON: lines and columns count from 1, columns in characters. */
export type TextPlace = Readonly<{ line: number; column: number }>;

export type JsonBody = Readonly<{ ok: true; value: JsonValue }> | (JsonError & Readonly<{ ok: false }>);

type JsonError = Readonly<{
  why: string;
  place: TextPlace | null;
  /** The text of the body around this position. */
  excerpt: string | null;
}>;

const decoder = new TextDecoder();

/** The cost of a piece of a text in which the fault is searched for, with a regular expression: 0.1 µs, and 2 until V8 has compiled it. */
const pieceCost = 10;

/** In shorter texts the search looks at no clock. */
const maxUncounted = 4 * 1024;

/**
 * Parses a body as JSON (RFC 8259: UTF-8). An empty one is read as null, as FastAPI does; a BOM is skipped.
 *
 * @throws BudgetExceeded if the time for it is over (evaluation-budget.ts) before the fault is found.
 */
export function readJson(body: Uint8Array | null): JsonBody {
  if (body === null || body.byteLength === 0) return { ok: true, value: null };
  if (!isUtf8(body)) return { ok: false, ...withoutPlace(otherEncoding(body) ?? '') };
  const text = decoder.decode(body);
  try {
    const value: JsonValue = JSON.parse(text);
    return { ok: true, value };
  } catch {
    const encoding = otherEncoding(body);
    return { ok: false, ...(encoding === null ? errorIn(text) : withoutPlace(encoding)) };
  }
}

function errorIn(text: string): JsonError {
  const { spend, refill } = createEvaluationBudget();
  refill(Number.POSITIVE_INFINITY);
  try {
    const error = findJsonFault(text, text.length > maxUncounted ? () => spend(pieceCost) : undefined);
    if (error === undefined) return withoutPlace('its syntax is invalid');
    const { index } = error;
    return {
      why: jsonErrorMessage(text, error),
      place: placeOf(text, index),
      excerpt: excerptAt(text, index),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return withoutPlace('it nests more than 1,000 brackets and does not close them correctly');
  }
}

function withoutPlace(why: string): JsonError {
  return { why, place: null, excerpt: null };
}

function placeOf(text: string, index: number): TextPlace {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: charactersIn(text, lineStart, index) + 1 };
}
