/** The code points of a range, both ends included. */
export type Range = readonly [from: number, to: number];

/** A part of a character class: a range, or a Unicode property such as `L` or `Greek`. */
export type ClassItem = Range | Readonly<{ property: string; isScript: boolean; isNegated: boolean }>;

/** A condition between two characters. */
export type AssertionName = 'start' | 'end' | 'lineStart' | 'lineEnd' | 'boundary' | 'noBoundary';

/** A pattern as read: what it matches, without what it captures, since contracts only ask whether a text matches. */
export type Pattern =
  | Readonly<{ kind: 'class'; items: readonly ClassItem[]; isNegated: boolean; ignoresCase: boolean }>
  | Readonly<{ kind: 'assertion'; name: AssertionName }>
  | Readonly<{ kind: 'sequence'; parts: readonly Pattern[] }>
  | Readonly<{ kind: 'choice'; options: readonly Pattern[] }>
  | Readonly<{ kind: 'repeat'; of: Pattern; least: number; most: number }>;

/** A pattern cannot be read; `message` is the rest of a sentence that begins with the pattern. */
export class UnreadablePattern extends Error {
  override readonly name = 'UnreadablePattern';
}

export const lastCodePoint = 0x10ffff;

/** The ranges between the given ones, which are in order and apart. */
export function complementOf(ranges: readonly Range[]): readonly Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= lastCodePoint) gaps.push([next, lastCodePoint]);
  return gaps;
}
