/** A common mistake: how to recognize it, and how to correct it. */
type Mistake = Readonly<{
  /** Whether the texts before and after the start of the fault show the mistake. */
  shows: (before: string, from: string) => boolean;
  message: (from: string) => string;
}>;

const word = /^-?[A-Za-z]+/;
const wordAt = (from: string): string => word.exec(from)?.[0] ?? '';

/** Words from other languages in place of JSON values. */
const foreignWords: Readonly<Record<string, string>> = {
  None: 'None is Python; write null in JSON (json.dumps does)',
  True: 'True is Python; write true in JSON (json.dumps does)',
  False: 'False is Python; write false in JSON (json.dumps does)',
  undefined: 'JSON has no undefined; write null, or leave the field out',
  nil: 'JSON has no nil; write null',
  NULL: 'write null in lower case',
  TRUE: 'write true in lower case',
  FALSE: 'write false in lower case',
  NaN: 'JSON has no NaN; write null',
  Infinity: 'JSON has no Infinity; write null',
  '-Infinity': 'JSON has no -Infinity; write null',
};

/** In the order in which they are tried; only the first match is reported. */
const mistakes: readonly Mistake[] = [
  {
    shows: (before, from) => isStart(before) && /^--[^\r\n]+\r?\n/.test(from),
    message: () => 'it is a multipart form; send JSON',
  },
  {
    shows: (before, from) => isStart(before) && from.startsWith('<'),
    message: () => 'it is HTML or XML; send JSON',
  },
  {
    shows: (before, from) => isStart(before) && /^[^\s"{}[\]]+=/.test(from),
    message: () => 'it is a form (name=value); send an object such as {"name": "value"}',
  },
  {
    shows: (before, from) => from.startsWith('{{') || (before.endsWith('{') && from.startsWith('{')),
    message: () => 'there is a placeholder ({{…}}) that was not filled in',
  },
  {
    shows: (_, from) => /^[“”„‟«»‘’‚]/.test(from),
    message: () => 'there are typographic (curly) quotes; use straight ones (")',
  },
  {
    shows: (before, from) => /^\/[/*]/.test(from) || (from.startsWith('#') && !before.endsWith('"')),
    message: () => 'there is a comment, which JSON does not allow; remove it',
  },
  {
    shows: (_, from) => /^[\u00a0\ufeff\u200b-\u200f\u2028\u2029\u2060\u3000]/.test(from),
    message: (from) => `there is an invisible character (U+${hexOf(from)}); remove it`,
  },
  {
    shows: (_, from) => Object.hasOwn(foreignWords, wordAt(from)),
    message: (from) => foreignWords[wordAt(from)] ?? '',
  },
  {
    shows: (before, from) => /[{,]$/.test(before) && from.startsWith("'"),
    message: () => 'names must be in double quotes, not single ones (a Python dict? json.dumps writes JSON)',
  },
  {
    shows: (before, from) => before.endsWith(':') && /^[,}\]]/.test(from),
    message: () => 'the value is missing here',
  },
  { shows: (_, from) => /^\+\d/.test(from), message: () => 'a number must not have a plus sign in JSON' },
  {
    shows: (_, from) => /^-?\.\d/.test(from),
    message: () => 'a number needs a digit before the decimal point in JSON',
  },
  {
    shows: (before, from) => /[[:,]\s*-?0$/.test(before) && /^\d/.test(from),
    message: () => 'a number must not begin with 0 in JSON',
  },
];

/** Returns the message of the common mistake at a fault of a text that is not JSON; null if it is not a known one. */
export function mistakeAt(text: string, index: number): string | null {
  const before = text.slice(Math.max(0, index - 100), index).trimEnd();
  const from = text.slice(index, index + 100);
  return mistakes.find(({ shows }) => shows(before, from))?.message(from) ?? null;
}

function isStart(before: string): boolean {
  return before === '';
}

function hexOf(text: string): string {
  return (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
