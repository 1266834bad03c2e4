import { withoutUserinfo } from '../../src/json-schema/quoted.ts';
import { printable } from '../command-line/printable.ts';

/** The characters of slugs, function names, paths and URLs; none of them ends a code span or a cell. */
const plain = /^[\w\-./:?=&%@+,;()$!'~ ]+$/;

/**
 * Text of a row in a cell of a Markdown table, on one line: as code or, if it contains other characters, with all
 * punctuation escaped (CommonMark 0.31, section 2.4), so that it is shown and never interpreted.
 */
export function markdownCell(text: string | null): string {
  if (text === null) return '–';
  const shown = printable(withoutUserinfo(text));
  return plain.test(shown) ? `\`${shown}\`` : shown.replace(/[!-/:-@[-`{-~]/g, '\\$&');
}
