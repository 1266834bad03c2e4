import { boundaryWord } from './class-escapes.ts';
import type { AssertionName, ClassItem, Pattern } from './pattern-tree.ts';

/** How a dialect writes code points and scripts. */
type Notation = Readonly<{
  codePoint: (hex: string) => string;
  script: (name: string) => string;
}>;
/** How a dialect writes the elements of a pattern. */
type Dialect = Notation &
  Readonly<{
    assertions: Readonly<Record<AssertionName, string>>;
    anything: string;
    nothing: string;
    /** Counts above this are widened: `{2,5000}` becomes `{2,}`. */
    maxCount: number;
  }>;

const nativeNotation = {
  codePoint: (hex: string) => `\\u{${hex}}`,
  script: (name: string) => `Script=${name}`,
};
const word = classBody(boundaryWord, nativeNotation);

const native: Dialect = {
  ...nativeNotation,
  assertions: {
    start: '^',
    end: '$',
    lineStart: '(?<![^\\n])',
    lineEnd: '(?![^\\n])',
    boundary: `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`,
    noBoundary: `(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`,
  },
  anything: '[^]',
  nothing: '[]',
  maxCount: Infinity,
};

const re2: Omit<Dialect, 'maxCount'> = {
  codePoint: (hex) => `\\x{${hex}}`,
  script: (name) => name,
  assertions: {
    start: '\\A',
    end: '\\z',
    lineStart: '(?m:^)',
    lineEnd: '(?m:$)',
    boundary: '\\b',
    noBoundary: '\\B',
  },
  anything: '(?s:.)',
  nothing: '[^\\x{0}-\\x{10FFFF}]',
};

/** The pattern for `new RegExp(…, 'u')`, which matches by backtracking. */
export function writeNative(pattern: Pattern): string {
  return written(pattern, native);
}

/** The pattern for RE2, which matches in linear time; larger counts than `maxCount` are widened. */
export function writeRe2(pattern: Pattern, maxCount: number): string {
  return written(pattern, { ...re2, maxCount });
}

function written(pattern: Pattern, dialect: Dialect): string {
  switch (pattern.kind) {
    case 'class': {
      const { items, isNegated, ignoresCase } = pattern;
      if (items.length === 0) return isNegated ? dialect.anything : dialect.nothing;
      const set = `[${isNegated ? '^' : ''}${classBody(items, dialect)}]`;
      return ignoresCase ? `(?i:${set})` : set;
    }
    case 'sequence':
      return pattern.parts
        .map((part) => (part.kind === 'choice' ? `(?:${written(part, dialect)})` : written(part, dialect)))
        .join('');
    case 'choice':
      return pattern.options.map((option) => written(option, dialect)).join('|');
    case 'repeat':
      return `(?:${written(pattern.of, dialect)})${countsOf(pattern, dialect.maxCount)}`;
    case 'assertion':
      return dialect.assertions[pattern.name];
  }
}

function countsOf({ least, most }: Readonly<{ least: number; most: number }>, maxCount: number): string {
  if (most === 1 && least === 0) return '?';
  if (most > maxCount || most === Infinity) {
    // RE2 matches these several times faster than {0,} and {1,}.
    return ['*', '+'][least] ?? `{${Math.min(least, maxCount)},}`;
  }
  return least === most ? `{${least}}` : `{${least},${most}}`;
}

function classBody(items: readonly ClassItem[], dialect: Notation): string {
  return items
    .map((item) => {
      if ('property' in item) {
        const name = item.isScript ? dialect.script(item.property) : item.property;
        return `\\${item.isNegated ? 'P' : 'p'}{${name}}`;
      }
      const [from, to] = item;
      const end = (codePoint: number): string => dialect.codePoint(codePoint.toString(16).toUpperCase());
      return from === to ? end(from) : `${end(from)}-${end(to)}`;
    })
    .join('');
}
