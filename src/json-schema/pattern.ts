import safeRegex from 'safe-regex2';

/** The steps that one test of a pattern may take at worst: about a tenth of a second. */
const maxSteps = 3e7;
/** A pattern that could not even be tested on texts of this length is useless. */
const leastLength = 16;
const mostLength = 2 ** 24;

const innermostGroup = /\((?:\?(?:<?[=!]|:|<\w+>))?([^()]*)\)([*+]|\{\d+(?:,\d*)?\})?/;
const quantifier = /[*+]\??|\{(\d+)(,?)(\d*)\}\??|\?/g;
/** The placeholder for a group that contains alternatives. */
const choice = '\u0001';

/**
 * The length up to which texts are tested against a pattern, or null where the pattern can take exponential time. JavaScript
 * matches by backtracking, so steps multiply: each quantifier by the length of the text, alternatives by their number, a
 * pattern that is not anchored by the length once more. A repeated group that contains repetition (safe-regex2) or
 * alternatives can match in exponentially many ways; some harmless ones are rejected with them.
 */
export function longestTestedText(pattern: string): number | null {
  if (!safeRegex(pattern)) return null;
  const found = shapeOf(pattern);
  if (found === null) return null;
  for (let length = mostLength; length >= leastLength; length /= 2) {
    const first = found.isAnchored ? 1 : length;
    const steps = found.maxima.reduce((product, most) => product * (Math.min(most, length) + 1), first);
    if (steps * found.alternatives <= maxSteps) return length;
  }
  return null;
}

type Shape = Readonly<{ isAnchored: boolean; alternatives: number; maxima: readonly number[] }>;

/** The properties of a pattern that determine its steps, or null where alternatives are repeated. */
function shapeOf(pattern: string): Shape | null {
  let rest = pattern.replace(/\\(?:[pPu]\{[^}]*\}|k<[^>]*>|[^])/g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const isAnchored = rest.startsWith('^') && !/^[^(]*\|/.test(rest);
  const maxima: number[] = [];
  let alternatives = 1;
  for (;;) {
    const group = innermostGroup.exec(rest);
    const inner = group?.[1] ?? (group === null ? rest : '');
    const pipes = inner.split('|').length;
    alternatives *= pipes;
    maxima.push(...quantifiersOf(inner));
    if (group === null) return { isAnchored, alternatives, maxima };
    const [whole, , repeat = ''] = group;
    const hasChoice = pipes > 1 || inner.includes(choice);
    if (hasChoice && repeat !== '') return null;
    rest =
      rest.slice(0, group.index) +
      (hasChoice ? choice : 'x') +
      repeat +
      rest.slice(group.index + whole.length);
  }
}

/** The maximum of each quantifier, except those that repeat a fixed number of times. */
function quantifiersOf(text: string): readonly number[] {
  return [...text.matchAll(quantifier)].flatMap(([sign, least, comma, most]) => {
    if (sign === '?') return [1];
    if (least === undefined) return [Infinity];
    if (comma === '') return [];
    return [most === '' || most === undefined ? Infinity : Number(most) - Number(least)];
  });
}

/** A pattern as JSON Schema defines it (2020-12 core, section 6.4), or else as JavaScript accepts it without `u`; null if neither. */
export function patternRegExp(pattern: string): RegExp | null {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // Escapes such as \- are errors with `u` only.
    }
  }
  return null;
}

/** Whether a text matches a pattern; texts too long to be tested pass. */
export function boundedRegExp(pattern: string): (text: string) => boolean {
  const regExp = patternRegExp(pattern);
  const longest = longestTestedText(pattern) ?? 0;
  return (text) => text.length > longest || regExp === null || regExp.test(text);
}
