/**
 * Characters that people cannot see at the ends of a text and do not intend: white space of any kind (that of JavaScript's
 * `trim`, and NEL), soft hyphens, zero-width characters, direction marks and byte order marks, as sheets and CSV exports
 * leave them. `rowgate.trimmed` in the database (migrations/) has the same.
 */
export const outerCharacters =
  '\t\n\v\f\r \u0085\u00a0\u00ad\u061c\u1680\u180e' +
  '\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f' +
  '\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f' +
  '\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3000\ufeff';

const outerCodes: ReadonlySet<number> = new Set(
  Array.from(outerCharacters, (character) => character.charCodeAt(0)),
);
const lastAsciiOuter = 0x20;
const firstOtherOuter = 0x85;

/**
 * The one normal form of a text in the registry: without `outerCharacters` at its ends. Every path that reads a row or is
 * given a slug uses it, so that `"echo\u00a0"` in the table is `echo` wherever it is looked up.
 */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOuter(text.charCodeAt(start))) start += 1;
  while (end > start && isOuter(text.charCodeAt(end - 1))) end -= 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Looks a code up in the set only if it may be there: a start reads the columns of 50,000 rows. */
function isOuter(code: number): boolean {
  if (code > lastAsciiOuter && code < firstOtherOuter) return false;
  return outerCodes.has(code);
}
