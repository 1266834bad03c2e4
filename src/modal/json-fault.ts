/** The messages of Python's decoder (CPython, Lib/json/decoder.py and scanner.py). */
export type PythonMessage =
  | 'Expecting value'
  | 'Expecting property name enclosed in double quotes'
  | "Expecting ':' delimiter"
  | "Expecting ',' delimiter"
  | 'Unterminated string starting at'
  | 'Invalid control character at'
  | 'Invalid \\escape'
  | 'Invalid \\uXXXX escape'
  | 'Extra data';

/** The position and message of an error of Python's decoder. */
export type JsonFault = Readonly<{
  /** In characters, as Python counts. */
  position: number;
  /** The same as an index into the text. */
  index: number;
  message: PythonMessage;
}>;

/** What is read, and what is called for each piece of it. */
type Source = Readonly<{ text: string; step: () => void }>;

class Stop extends Error {
  readonly at: number;
  readonly reason: PythonMessage;
  constructor(at: number, reason: PythonMessage) {
    super(reason);
    this.at = at;
    this.reason = reason;
  }
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER_OR_WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
/** How deeply arrays and objects may nest. Without a limit, 10,000 bracket after bracket would use up the stack, which takes 4 ms. */
const maxNesting = 1_000;
/** Up to a quote, a backslash or a control character (below U+0020). */
const STRING_PART = /[ !#-[\]-\uffff]*/y;

/**
 * Finds the first fault of a text that is not JSON, as CPython reports it: FastAPI puts this position into `loc`.
 * Undefined for valid JSON. NaN and the infinities, which Python accepts, are faults, as they are for JSON.parse.
 *
 * @param step called for each piece: a bracket, a comma, a word, a number, text between escapes. What it throws ends the search.
 * @throws RangeError if the text nests more than 1,000 arrays and objects.
 */
export function findJsonFault(text: string, step: () => void = noStep): JsonFault | undefined {
  const source = { text, step };
  try {
    const end = skip(SPACE, source, valueEnd(source, skip(SPACE, source, 0), 0));
    if (end === text.length) return undefined;
    throw new Stop(end, 'Extra data');
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const { at, reason } = error;
    return { position: charactersIn(text, 0, at), index: at, message: reason };
  }
}

function noStep(): void {}

/** The number of characters, as Python counts them, in a part of a text: a pair of surrogates is one. */
export function charactersIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) {
    const isPair = at + 1 < to && (text.codePointAt(at) ?? 0) > 0xffff;
    if (isPair) at += 1;
    count += 1;
  }
  return count;
}

function skip(pattern: RegExp, { text, step }: Source, from: number): number {
  step();
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

function valueEnd(source: Source, at: number, depth: number): number {
  const { text } = source;
  if (depth > maxNesting) throw new RangeError('The text nests too deeply.');
  const first = text[at];
  if (first === '"') return stringEnd(source, at);
  if (first === '{') return objectEnd(source, at, depth + 1);
  if (first === '[') return arrayEnd(source, at, depth + 1);
  const end = skip(NUMBER_OR_WORD, source, at);
  if (end === at) throw new Stop(at, 'Expecting value');
  return end;
}

function objectEnd(source: Source, at: number, depth: number): number {
  const { text } = source;
  let next = skip(SPACE, source, at + 1);
  if (text[next] === '}') return next + 1;
  for (;;) {
    if (text[next] !== '"') throw new Stop(next, 'Expecting property name enclosed in double quotes');
    next = skip(SPACE, source, stringEnd(source, next));
    if (text[next] !== ':') throw new Stop(next, "Expecting ':' delimiter");
    next = skip(SPACE, source, valueEnd(source, skip(SPACE, source, next + 1), depth));
    if (text[next] === '}') return next + 1;
    if (text[next] !== ',') throw new Stop(next, "Expecting ',' delimiter");
    next = skip(SPACE, source, next + 1);
  }
}

function arrayEnd(source: Source, at: number, depth: number): number {
  const { text } = source;
  let next = skip(SPACE, source, at + 1);
  if (text[next] === ']') return next + 1;
  for (;;) {
    next = skip(SPACE, source, valueEnd(source, next, depth));
    if (text[next] === ']') return next + 1;
    if (text[next] !== ',') throw new Stop(next, "Expecting ',' delimiter");
    next = skip(SPACE, source, next + 1);
  }
}

function stringEnd(source: Source, at: number): number {
  const { text } = source;
  let next = at + 1;
  for (;;) {
    next = skip(STRING_PART, source, next);
    const stop = text[next];
    if (stop === '"') return next + 1;
    if (stop === undefined) throw new Stop(at, 'Unterminated string starting at');
    if (stop !== '\\') throw new Stop(next, 'Invalid control character at');
    next = escapeEnd(source, next, at);
  }
}

function escapeEnd({ text }: Source, backslash: number, stringStart: number): number {
  const escaped = text[backslash + 1];
  if (escaped === undefined) throw new Stop(stringStart, 'Unterminated string starting at');
  if ('"\\/bfnrt'.includes(escaped)) return backslash + 2;
  if (escaped !== 'u') throw new Stop(backslash, 'Invalid \\escape');
  // CPython needs one more character, at least the closing quote, before it reads the four digits.
  if (!/^[0-9a-f]{4}[^]/i.test(text.slice(backslash + 2, backslash + 7))) {
    throw new Stop(backslash + 1, 'Invalid \\uXXXX escape');
  }
  return backslash + 6;
}
