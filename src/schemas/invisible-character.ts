/**
 * Characters that show nothing, or a gap like that of a space: formats (zero-width characters, soft hyphens, direction marks),
 * what Unicode calls ignorable (fillers, variation selectors), white space other than the space, and the blank of Braille.
 */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u0085\u2800]|(?! )\p{Zs}/u;
const notAscii = /[^\0-\x7f]/;

/**
 * Names the first character of a text that people cannot see, such as "U+200B at position 3" (counted in characters, from 1);
 * null if there is none.
 */
export function invisibleCharacter(text: string): string | null {
  // Nearly all texts, 100,000 of them at a start.
  if (!notAscii.test(text)) return null;
  const position = Array.from(text).findIndex((character) => invisible.test(character));
  const code = Array.from(text)[position]?.codePointAt(0);
  if (code === undefined) return null;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} at position ${position + 1}`;
}
