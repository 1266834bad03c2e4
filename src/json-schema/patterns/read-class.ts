import { posixItems, propertyItem, shorthandItems } from './class-escapes.ts';
import { type ClassItem, UnreadablePattern } from './pattern-tree.ts';
import type { PatternText } from './pattern-text.ts';
import { readCodePoint } from './read-escape.ts';

export type CharacterClass = Readonly<{ items: readonly ClassItem[]; isNegated: boolean }>;

/** A class after its opening bracket. Where Rust and Python disagree (`[`, `&&`, `--`, `~~` within it), it is unreadable. */
export function readClass(text: PatternText): CharacterClass {
  const isNegated = text.takes('^');
  const items: ClassItem[] = [];
  let isFirst = true;
  while (isFirst || !text.takes(']')) {
    if (text.isAtEnd()) throw new UnreadablePattern('has a character class that is not closed');
    items.push(...readItems(text, isNegated));
    isFirst = false;
  }
  return { items, isNegated };
}

function readItems(text: PatternText, isNegated: boolean): readonly ClassItem[] {
  const [, not, posix] = text.match(/^\[:(\^?)([a-z]+):\]/) ?? [];
  if (posix !== undefined) return posixItems(posix, not === '^');
  const shorthand = text.match(/^\\([dDsSwW])/)?.[1];
  if (shorthand !== undefined) return shorthandItems(shorthand, isNegated) ?? [];
  const [, sign, name, letter = name] = text.match(/^\\([pP])(?:\{([^}]*)\}|([A-Z]))/) ?? [];
  if (letter !== undefined) return [propertyItem(letter, sign === 'P')];
  const from = readMember(text);
  if (!/^-[^\]]/.test(text.rest()) || /^-\\[dDsSwWpP]/.test(text.rest())) return [[from, from]];
  text.takes('-');
  const to = readMember(text);
  if (to < from) throw new UnreadablePattern('has a character class with a range in the wrong order');
  return [[from, to]];
}

function readMember(text: PatternText): number {
  if (text.sees('[') || /^(?:&&|--[^\]]|~~)/.test(text.rest())) {
    throw new UnreadablePattern('has a character class that dialects read differently');
  }
  if (!text.sees('\\')) return text.takeCodePoint();
  // Backspace within a class, as in Python and ECMAScript.
  return text.match(/^\\b/) === undefined ? readCodePoint(text) : 0x08;
}
