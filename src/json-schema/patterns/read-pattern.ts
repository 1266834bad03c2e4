import { propertyItem, shorthandItems } from './class-escapes.ts';
import { type CharacterClass, readClass } from './read-class.ts';
import { type AssertionName, type Pattern, UnreadablePattern } from './pattern-tree.ts';
import { PatternText } from './pattern-text.ts';
import { readCodePoint } from './read-escape.ts';

/** Longer than the patterns that people publish; the longest for e-mail addresses have about 6,000 characters. */
const maxLength = 8_192;
const maxNesting = 50;
const maxCount = 100_000;

type Flags = Readonly<{ i: boolean; m: boolean; s: boolean }>;
const noFlags: Flags = { i: false, m: false, s: false };

/**
 * Reads a pattern in the syntax of Rust's `regex` crate, which pydantic uses, and what Python's `re` and ECMAScript have in
 * common with it: `\Z`, `(?P<name>…)`, `\u00e9`, `\cA`.
 *
 * @throws UnreadablePattern for lookaround, backreferences and whatever else a linear-time engine cannot match, and where
 *   the dialects read the same text in different ways.
 */
export function readPattern(source: string): Pattern {
  if (source.length > maxLength) throw new UnreadablePattern(`is longer than ${maxLength} characters`);
  const text = new PatternText(source);
  const pattern = readChoice(text, noFlags, 0);
  if (!text.isAtEnd()) throw new UnreadablePattern('has a closing parenthesis without an opening one');
  return pattern;
}

/** Up to the end of the group. A group of flags, `(?i)`, applies to everything after it in the group, alternatives included. */
function readChoice(text: PatternText, outer: Flags, depth: number): Pattern {
  if (depth > maxNesting) throw new UnreadablePattern(`is nested more than ${maxNesting} levels deep`);
  const options: Pattern[] = [];
  let parts: Pattern[] = [];
  let flags = outer;
  const endOption = (): void => {
    options.push(parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'sequence', parts });
    parts = [];
  };
  while (!text.isAtEnd() && !text.sees(')')) {
    if (text.takes('|')) {
      endOption();
      continue;
    }
    const set = text.sees('(?') ? text.match(/^\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?\)/) : undefined;
    if (set !== undefined) {
      flags = withFlags(flags, set);
      continue;
    }
    parts.push(readRepeats(text, readAtom(text, flags, depth)));
  }
  endOption();
  const [first] = options;
  return options.length === 1 && first !== undefined ? first : { kind: 'choice', options };
}

/** Flags that change nothing here, or widen what matches at most: Unicode, ASCII (`a`), and which match is preferred (`U`). */
function withFlags(flags: Flags, [, on = '', off = '']: readonly string[]): Flags {
  for (const flag of on + off) {
    if (!'imsuaUR'.includes(flag) || (flag === 'u' && off.includes('u'))) {
      throw new UnreadablePattern(`has the flag ${flag}, which is not supported`);
    }
  }
  const isSet = (flag: 'i' | 'm' | 's'): boolean => on.includes(flag) || (flags[flag] && !off.includes(flag));
  return { i: isSet('i'), m: isSet('m'), s: isSet('s') };
}

/** Characters that may have a special meaning. */
const special = '\\()[{*+?^$.';

function readAtom(text: PatternText, flags: Flags, depth: number): Pattern {
  const inClass = (given: CharacterClass): Pattern => ({ kind: 'class', ...given, ignoresCase: flags.i });
  if (!text.seesAny(special)) return inClass(only(text.takeCodePoint()));
  if (text.sees('(')) return readGroup(text, flags, depth);
  if (text.takes('[')) return inClass(readClass(text));
  if (text.takes('^')) return assertion(flags.m ? 'lineStart' : 'start');
  if (text.takes('$')) return assertion(flags.m ? 'lineEnd' : 'end');
  if (text.takes('.')) return inClass({ items: flags.s ? [] : [[0x0a, 0x0a]], isNegated: true });
  if (text.seesAny('*+?') || quantifier.test(text.rest())) {
    throw new UnreadablePattern('has a repetition of nothing');
  }
  if (!text.sees('\\')) return inClass(only(text.takeCodePoint()));
  const letter = text.match(/^\\([AzZbB])(?!\{)/)?.[1];
  if (letter !== undefined) return assertion(assertions[letter] ?? 'end');
  const shorthand = text.match(/^\\([dDsSwW])/)?.[1];
  if (shorthand !== undefined) {
    const isNegated = shorthand === shorthand.toUpperCase();
    return inClass({ items: shorthandItems(shorthand.toLowerCase(), isNegated) ?? [], isNegated });
  }
  const [, sign, braced, name = braced] = text.match(/^\\([pP])(?:\{([^}]*)\}|([A-Z]))/) ?? [];
  if (name !== undefined) return inClass({ items: [propertyItem(name, sign === 'P')], isNegated: false });
  return inClass(only(readCodePoint(text)));
}

function assertion(name: AssertionName): Pattern {
  return { kind: 'assertion', name };
}

const assertions: Readonly<Record<string, AssertionName>> = {
  A: 'start',
  z: 'end',
  Z: 'end',
  b: 'boundary',
  B: 'noBoundary',
};

function only(codePoint: number): CharacterClass {
  return { items: [[codePoint, codePoint]], isNegated: false };
}

function readGroup(text: PatternText, outer: Flags, depth: number): Pattern {
  let flags = outer;
  if (text.match(/^\((?:\?(?::|P?<[A-Za-z_]\w*>))?(?!\?)/) === undefined) {
    const set = text.match(/^\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?:/);
    if (set === undefined) throw new UnreadablePattern(groupFault(text.rest()));
    flags = withFlags(flags, set);
  }
  const pattern = readChoice(text, flags, depth + 1);
  if (!text.takes(')')) throw new UnreadablePattern('has a group that is not closed');
  return pattern;
}

function groupFault(rest: string): string {
  if (/^\(\?<?[=!]/.test(rest)) return 'looks ahead or behind, which takes more than linear time';
  if (/^\(\?(?:P=|\()/.test(rest)) return 'refers back to a group, which takes more than linear time';
  return 'has a group of a kind that is not supported';
}

const quantifier = /^\{(?:(\d+)(?:(,)(\d*))?|,(\d+))\}/;

/** `{,5}` is {0,5}, as in Python. A `+` after a quantifier is a repetition of it, as in Rust, which matches no less than Python's. */
function readRepeats(text: PatternText, atom: Pattern): Pattern {
  let pattern = atom;
  for (let depth = 0; ; depth += 1) {
    if (depth > 3) throw new UnreadablePattern('repeats a repetition');
    const counts = countsOf(text);
    if (counts === undefined) return pattern;
    const [least, most] = counts;
    if (least > most) throw new UnreadablePattern(`has a repetition from ${least} to ${most} times`);
    if (least > maxCount) throw new UnreadablePattern(`has a repetition of ${least} times`);
    text.takes('?');
    pattern = { kind: 'repeat', of: pattern, least, most };
  }
}

function countsOf(text: PatternText): readonly [number, number] | undefined {
  if (text.takes('*')) return [0, Infinity];
  if (text.takes('+')) return [1, Infinity];
  if (text.takes('?')) return [0, 1];
  const found = text.sees('{') ? text.match(quantifier) : undefined;
  if (found === undefined) return undefined;
  const [, least, comma, most, upTo] = found;
  if (least === undefined) return [0, Number(upTo)];
  if (comma === undefined) return [Number(least), Number(least)];
  return [Number(least), most === '' ? Infinity : Number(most)];
}
