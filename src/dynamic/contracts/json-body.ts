import { isUtf8 } from 'node:buffer';
import { findJsonFault } from '../../modal/json-fault.ts';
import type { JsonValue } from '../../json-schema/json.ts';
import { jsonErrorMessage } from './messages/json-messages.ts';

/** The position at which a text stops being JSON: lines and columns count from 1, columns in characters. */
export type TextPlace = Readonly<{ line: number; column: number }>;

export type JsonBody =
  | Readonly<{ ok: true; value: JsonValue }>
  | Readonly<{ ok: false; why: string; place: TextPlace | null }>;

/** Searching a larger text for the position of an error takes too long. */
const maxSearchedBytes = 1024 * 1024;

const decoder = new TextDecoder();

/** Reads a body as JSON (RFC 8259: UTF-8). An empty one is read as null, as FastAPI does; a BOM is skipped. */
export function readJson(body: Uint8Array | null): JsonBody {
  if (body === null || body.byteLength === 0) return { ok: true, value: null };
  if (!isUtf8(body)) return { ok: false, why: 'it is not UTF-8 text', place: null };
  const text = decoder.decode(body);
  try {
    const value: JsonValue = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, ...errorIn(text) };
  }
}

function errorIn(text: string): Readonly<{ why: string; place: TextPlace | null }> {
  if (text.length > maxSearchedBytes) {
    return { why: 'it is too large to search for the error', place: null };
  }
  try {
    const error = findJsonFault(text);
    return error === undefined
      ? { why: 'its syntax is invalid', place: null }
      : { why: jsonErrorMessage(text, error), place: placeOf(text.slice(0, error.index)) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The search recurses with each bracket.
    return {
      why: 'it nests thousands of brackets and does not close them correctly',
      place: null,
    };
  }
}

function placeOf(before: string): TextPlace {
  const lines = before.split('\n');
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 };
}
