import safeRegex from 'safe-regex2';

/** What one test of a pattern may take in the worst case: a tenth of a second or so. */
const maxSteps = 3e7;
/** A pattern that could not even be tried on texts of this length is of no use. */
const leastLength = 16;
const mostLength = 2 ** 24;

const innermostGroup = /\((?:\?(?:<?[=!]|:|<\w+>))?([^()]*)\)([*+]|\{\d+(?:,\d*)?\})?/;
const quantifier = /[*+]\??|\{(\d+)(,?)(\d*)\}\??|\?/g;
/** Stands for a group that holds alternatives. */
const choice = '\u0001';

/**
 * How long a text may be for a pattern to be tried on it, or null where the pattern can take exponential time. JavaScript
 * looks for a match by backtracking, so that the steps multiply: a quantifier by the length of the text, alternatives by their
 * number, a pattern that is not anchored by the length once more. A repeated group that itself repeats (safe-regex2) or has
 * alternatives can be read in exponentially many ways; some of those are harmless and refused nevertheless.
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

/** What of a pattern decides over its steps, or null where alternatives are repeated. */
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

/** How often each quantifier repeats at most, save those that leave no choice. */
function quantifiersOf(text: string): readonly number[] {
  return [...text.matchAll(quantifier)].flatMap(([sign, least, comma, most]) => {
    if (sign === '?') return [1];
    if (least === undefined) return [Infinity];
    if (comma === '') return [];
    return [most === '' || most === undefined ? Infinity : Number(most) - Number(least)];
  });
}

/** A pattern as JSON Schema means it (2020-12 core, section 6.4), or, failing that, as JavaScript without `u` takes it. */
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

/** Whether a text is of a pattern; texts that would take it too long pass. */
export function boundedRegExp(pattern: string): (text: string) => boolean {
  const regExp = patternRegExp(pattern);
  const longest = longestTestedText(pattern) ?? 0;
  return (text) => text.length > longest || regExp === null || regExp.test(text);
}
