/** Control characters, lines' and paragraphs' ends, halves of characters, and what is not seen: marks of direction, joiners. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text on one line, without what a terminal would obey or a reader not see: such characters are written `\u001b`. */
export function printable(text: string): string {
  return text.replace(
    unprintable,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
