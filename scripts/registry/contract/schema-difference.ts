import { styleText } from 'node:util';
import { isJsonObject, type JsonObject } from '../../../src/json-schema/json.ts';
import { type DifferenceLine, lineDifference } from './line-difference.ts';

/** Unchanged lines that are shown before and after a change. */
const context = 2;
const styles = { '-': 'red', '+': 'green', ' ': 'dim' } as const;
/** DEL, C1 controls and bidirectional separators, which JSON does not escape and a terminal interprets. */
const unprintable = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** The change to a contract column, as lines for a person; null if both schemas are equivalent. */
export function schemaDifference(
  column: string,
  before: unknown,
  after: JsonObject,
  isColoured: boolean,
): string | null {
  const lines = lineDifference(linesOf(before), linesOf(after));
  if (lines.every(({ sign }) => sign === ' ')) return null;
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== ' '),
  );
  const text = lines.flatMap((line, index) => {
    if (shown[index] === true) return [`  ${shownLine(line, isColoured)}`];
    return shown[index - 1] === true ? ['    …'] : [];
  });
  return [`${column}:`, ...text].join('\n');
}

function shownLine({ sign, text }: DifferenceLine, isColoured: boolean): string {
  const safe = text.replace(unprintable, '\ufffd');
  const line = `${sign} ${safe}`;
  return isColoured ? styleText(styles[sign], line, { validateStream: false }) : line;
}

/** Members are sorted, because their order does not change the meaning of a schema. */
function linesOf(schema: unknown): readonly string[] {
  return schema === null || schema === undefined ? [] : JSON.stringify(sorted(schema), null, 2).split('\n');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
