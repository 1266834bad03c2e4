import type { Pattern } from './pattern-tree.ts';

/** A class of Unicode properties takes about ten times as long to compile as one of a few ranges. */
const propertySize = 10;

/** The counts to which larger ones may be widened, and the size of a program up to which each is used: 2,000 compile in 5 ms. */
const widenings = [
  { maxCount: 1_000, maxSize: 2_000 },
  { maxCount: 100, maxSize: 2_000 },
  { maxCount: 30, maxSize: 2_000 },
  { maxCount: 10, maxSize: 4_000 },
  { maxCount: 3, maxSize: 10_000 },
] as const;
/** RE2 refuses counts whose product, in repetitions within each other, is larger. */
const maxProduct = 1_000;

/** The size of the program for a pattern, and the count above which its counts are widened; null if it is too large. */
export function programOf(pattern: Pattern): Readonly<{ maxCount: number; size: number }> | null {
  for (const { maxCount, maxSize } of widenings) {
    const size = sizeOf(pattern, maxCount, propertySize);
    if (size <= maxSize && countProduct(pattern, maxCount) <= maxProduct) {
      return { maxCount, size: sizeOf(pattern, maxCount, 1) };
    }
  }
  return null;
}

/** Instructions of a program for the pattern. */
function sizeOf(pattern: Pattern, maxCount: number, classSize: number): number {
  switch (pattern.kind) {
    case 'sequence':
      return pattern.parts.reduce((sum, part) => sum + sizeOf(part, maxCount, classSize), 0);
    case 'choice':
      return pattern.options.reduce((sum, option) => sum + 1 + sizeOf(option, maxCount, classSize), 0);
    case 'repeat': {
      const { of, least, most } = pattern;
      const copies = Math.min(most === Infinity ? least + 1 : most, maxCount);
      return Math.max(1, copies) * (1 + sizeOf(of, maxCount, classSize));
    }
    case 'class':
      return pattern.items.some((item) => 'property' in item) ? classSize : 1;
    case 'assertion':
      return 1;
  }
}

function countProduct(pattern: Pattern, maxCount: number): number {
  if (pattern.kind === 'sequence') return largest(pattern.parts, maxCount);
  if (pattern.kind === 'choice') return largest(pattern.options, maxCount);
  if (pattern.kind !== 'repeat') return 1;
  const { of, least, most } = pattern;
  const count = Math.min(most === Infinity ? least : most, maxCount);
  return Math.max(1, count) * countProduct(of, maxCount);
}

function largest(patterns: readonly Pattern[], maxCount: number): number {
  return patterns.reduce((most, each) => Math.max(most, countProduct(each, maxCount)), 1);
}

/** The work of a backtracking engine from one position of a text, at most. */
type Work = Readonly<{
  steps: number;
  /** The number of ways in which the rest of the pattern may be tried. */
  ways: number;
}>;

/** An upper bound of the steps that a backtracking engine takes on a text of at most `length` characters. */
export function nativeStepsOf(pattern: Pattern, length: number): number {
  const starts = isAnchored(pattern) ? 1 : length + 1;
  return starts * workOf(pattern, length).steps;
}

function workOf(pattern: Pattern, length: number): Work {
  switch (pattern.kind) {
    case 'sequence': {
      let [steps, ways] = [1, 1];
      for (const part of pattern.parts) {
        const work = workOf(part, length);
        steps += ways * work.steps;
        ways *= work.ways;
      }
      return { steps, ways };
    }
    case 'choice': {
      const works = pattern.options.map((option) => workOf(option, length));
      const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 1);
      return { steps: sum(works.map(({ steps }) => steps)), ways: sum(works.map(({ ways }) => ways)) - 1 };
    }
    case 'repeat': {
      const { of, least, most } = pattern;
      const { steps, ways } = workOf(of, length);
      const times = Math.min(most, Math.max(length, least));
      if (ways <= 1) return { steps: 1 + times * (steps + 1), ways: times - least + 1 };
      // 1 + w + w² + … is less than twice the last term.
      const last = ways ** times;
      return { steps: 2 * last * (steps + 1), ways: times === least ? last : 2 * last };
    }
    case 'class':
    case 'assertion':
      return { steps: 1, ways: 1 };
  }
}

function isAnchored(pattern: Pattern): boolean {
  if (pattern.kind === 'assertion') return pattern.name === 'start';
  if (pattern.kind === 'sequence') return pattern.parts[0] !== undefined && isAnchored(pattern.parts[0]);
  return pattern.kind === 'choice' && pattern.options.every(isAnchored);
}
