import { isUtf8 } from 'node:buffer';
import { findJsonFault } from '../../modal/json-fault.ts';
import type { JsonValue } from '../../json-schema/json.ts';
import { jsonFaultWords } from './messages/json-messages.ts';

/** Where a text stops being JSON: lines and columns count from 1, columns in characters. */
export type TextPlace = Readonly<{ line: number; column: number }>;

export type JsonBody =
  | Readonly<{ ok: true; value: JsonValue }>
  | Readonly<{ ok: false; why: string; place: TextPlace | null }>;

/** Python cannot find a place in a text larger than this fast enough, nor can we. */
const maxSearchedBytes = 1024 * 1024;

const decoder = new TextDecoder();

/** Reads a body as JSON (RFC 8259: UTF-8). One that is empty says null, as it does for FastAPI; a BOM is passed over. */
export function readJson(body: Uint8Array | null): JsonBody {
  if (body === null || body.byteLength === 0) return { ok: true, value: null };
  if (!isUtf8(body)) return { ok: false, why: 'it is not UTF-8 text', place: null };
  const text = decoder.decode(body);
  try {
    const value: JsonValue = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, ...faultIn(text) };
  }
}

function faultIn(text: string): Readonly<{ why: string; place: TextPlace | null }> {
  if (text.length > maxSearchedBytes) {
    return { why: 'it is too large for the place to be told', place: null };
  }
  try {
    const fault = findJsonFault(text);
    return fault === undefined
      ? { why: 'it is not as JSON must be', place: null }
      : { why: jsonFaultWords(text, fault), place: placeOf(text.slice(0, fault.index)) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The search recurses with each bracket.
    return {
      why: 'it opens thousands of brackets within each other, and does not close them as JSON must',
      place: null,
    };
  }
}

function placeOf(before: string): TextPlace {
  const lines = before.split('\n');
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 };
}
