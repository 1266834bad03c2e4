import { withoutUserinfo } from '../../src/json-schema/quoted.ts';
import { printable } from '../commands/printable.ts';

/** What slugs, function names, paths and URLs are made of; nothing in it ends a code span or a cell. */
const plain = /^[\w\-./:?=&%@+,;()$!'~ ]+$/;

/**
 * A row's text in a cell of a Markdown table, on one line: as code, or where it holds more than names and URLs do, with
 * every punctuation character escaped (CommonMark 0.31, section 2.4), so that it is shown and never obeyed.
 */
export function markdownCell(text: string | null): string {
  if (text === null) return '–';
  const shown = printable(withoutUserinfo(text));
  return plain.test(shown) ? `\`${shown}\`` : shown.replace(/[!-/:-@[-`{-~]/g, '\\$&');
}
