import { UnreadablePattern } from './pattern-tree.ts';
import type { PatternText } from './pattern-text.ts';

const controls: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** The code point that an escape stands for. Its backslash is next. */
export function readCodePoint(text: PatternText): number {
  const [, hex2, hex4, hex8, braced] =
    text.match(/^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[xuU]\{([0-9a-fA-F]{1,8})\})/) ??
    [];
  const hex = hex2 ?? hex4 ?? hex8 ?? braced;
  if (hex !== undefined) return completed(Number.parseInt(hex, 16), text);
  const control = text.match(/^\\c([A-Za-z])/)?.[1];
  if (control !== undefined) return control.charCodeAt(0) % 32;
  if (text.match(/^\\0(?!\d)/) !== undefined) return 0;
  const letter = text.match(/^\\([atnvfr])/)?.[1];
  if (letter !== undefined) return controls[letter] ?? 0;
  if (/^\\[1-9k]/.test(text.rest())) {
    throw new UnreadablePattern('refers back to a group, which takes more than linear time');
  }
  text.takes('\\');
  if (text.isAtEnd() || /^[0-9A-Za-z<>]/.test(text.rest())) {
    throw new UnreadablePattern(`has an escape that is not supported, \\${text.rest().slice(0, 1)}`);
  }
  return text.takeCodePoint();
}

/** A code point, or the two halves of one: `\ud83d\ude00` (ECMAScript). */
function completed(codePoint: number, text: PatternText): number {
  if (codePoint > 0x10_ff_ff) throw new UnreadablePattern('has an escape beyond U+10FFFF');
  if (codePoint < 0xd8_00 || codePoint > 0xdb_ff) return codePoint;
  const low = text.match(/^\\u(d[c-f][0-9a-f]{2})/i)?.[1];
  if (low === undefined) return codePoint;
  return 0x1_00_00 + (codePoint - 0xd8_00) * 0x4_00 + (Number.parseInt(low, 16) - 0xdc_00);
}
