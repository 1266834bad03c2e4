import type { JsonFault, PythonMessage } from '../../../modal/json-fault.ts';
import { mistakeAt } from './json-mistakes.ts';

/** Explains what is wrong with a text that is not JSON, to people who filled in a template in a table and never saw a parser. */
export function jsonErrorMessage(text: string, { index, message }: JsonFault): string {
  if (text.trim() === '') return 'it contains only white space';
  const mistake = mistakeAt(text, index);
  if (mistake !== null) return mistake;
  if (index >= text.length && message !== 'Unterminated string starting at')
    return 'it ends before it is complete';
  return messages[message](text.slice(0, index).trimEnd().slice(-1), text[index] ?? '');
}

/** Built from the last character before the error that is not white space, and the one at it. */
const messages: Readonly<Record<PythonMessage, (before: string, at: string) => string>> = {
  'Expecting value': (before, at) => {
    if (at === "'") return 'text must be in double quotes';
    if (before === ',' && (at === ']' || at === '}')) return 'there is an extra comma before this';
    return 'a value is missing here or is not a JSON value (text must be in double quotes)';
  },
  'Expecting property name enclosed in double quotes': (before, at) =>
    before === ',' && at === '}'
      ? 'there is an extra comma before this'
      : 'a name in double quotes is expected here',
  "Expecting ':' delimiter": (_, at) =>
    isInText(at) ? `a colon is expected here; ${unescapedQuote}` : 'a colon is expected here',
  "Expecting ',' delimiter": (before, at) =>
    before === '"' && isInText(at)
      ? `the text ends before this; ${unescapedQuote}`
      : 'a comma or a closing bracket is expected here',
  'Unterminated string starting at': () => 'the text that begins here has no closing quote',
  'Invalid control character at': (_, at) =>
    at === '\n' || at === '\r'
      ? 'a line break within text must be written as \\n'
      : 'a tab or other control character within text must be written as \\t or \\u0009',
  'Invalid \\escape': () => 'a backslash within text must be doubled',
  'Invalid \\uXXXX escape': () => '\\u must be followed by four hexadecimal digits (0 to 9, a to f)',
  'Extra data': (before, at) =>
    before === '"' && isInText(at)
      ? `the text ends before this; ${unescapedQuote}`
      : 'the JSON ends before this, and nothing may follow it',
};

const unescapedQuote = 'a quote within text needs a backslash before it (\\")';

/** Whether a character suggests that the text before it was not meant to end. */
function isInText(character: string): boolean {
  return !/["'{}[\]:,]/.test(character);
}
