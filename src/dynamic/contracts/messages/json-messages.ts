import type { JsonFault, PythonMessage } from '../../../modal/json-fault.ts';

/** What is wrong with a text that is no JSON, for who has filled in a template in a table and never saw a parser. */
export function jsonFaultWords(text: string, { index, message }: JsonFault): string {
  if (index >= text.length && message !== 'Unterminated string starting at')
    return 'it ends before it is complete';
  return words[message](text.slice(0, index).trimEnd().slice(-1), text[index] ?? '');
}

/** By the last character before the fault that is no space, and the one at it. */
const words: Readonly<Record<PythonMessage, (before: string, at: string) => string>> = {
  'Expecting value': (before, at) => {
    if (at === "'") return 'text must be in double quotes';
    if (before === ',' && (at === ']' || at === '}')) return 'there is a comma before it that must go';
    return 'a value is missing here, or it is none that JSON knows (text must be in double quotes)';
  },
  'Expecting property name enclosed in double quotes': (before, at) =>
    before === ',' && at === '}'
      ? 'there is a comma before it that must go'
      : 'a name in double quotes is missing here',
  "Expecting ':' delimiter": (_, at) =>
    isInText(at) ? `a colon is missing here; ${unescapedQuote}` : 'a colon is missing here',
  "Expecting ',' delimiter": (before, at) =>
    before === '"' && isInText(at)
      ? `the text ended before this; ${unescapedQuote}`
      : 'a comma or a closing bracket is missing here',
  'Unterminated string starting at': () => 'the text that begins here has no closing quote',
  'Invalid control character at': (_, at) =>
    at === '\n' || at === '\r'
      ? 'a line break within text must be written as \\n'
      : 'a tab or another control character within text must be written as \\t or \\u0009',
  'Invalid \\escape': () => 'a backslash within text must be written twice',
  'Invalid \\uXXXX escape': () => 'after \\u there must be four digits of 0 to 9 and a to f',
  'Extra data': (before, at) =>
    before === '"' && isInText(at)
      ? `the text ended before this; ${unescapedQuote}`
      : 'the JSON ended before this, and nothing may follow',
};

const unescapedQuote = 'a quote within text needs a backslash before it (\\")';

/** Whether a character looks as if the text before it had not been meant to end. */
function isInText(character: string): boolean {
  return !/["'{}[\]:,]/.test(character);
}
