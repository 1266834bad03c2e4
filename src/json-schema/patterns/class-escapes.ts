import { type ClassItem, complementOf, type Range, UnreadablePattern } from './pattern-tree.ts';

const property = (name: string, isNegated = false): ClassItem => ({
  property: name,
  isScript: false,
  isNegated,
});
const properties = (names: string): readonly ClassItem[] => names.split(' ').map((name) => property(name));

/**
 * What `\d`, `\w` and `\s` match in Rust (pydantic's engine), Python or ECMAScript, and what they match in all of them. If
 * these differ, a text passes: `\w` takes the largest set, `[^\w]` excludes the smallest one, which is that of ASCII.
 */
const anyWord: readonly ClassItem[] = [...properties('Alphabetic L M N Pc'), [0x20_0c, 0x20_0d]];
const everyWord: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const everyDigit: readonly Range[] = [[0x30, 0x39]];
const wideSpaces: readonly Range[] = [
  [0xa0, 0xa0],
  [0x16_80, 0x16_80],
  [0x20_00, 0x20_0a],
  [0x20_28, 0x20_29],
  [0x20_2f, 0x20_2f],
  [0x20_5f, 0x20_5f],
  [0x30_00, 0x30_00],
];
const everySpace: readonly Range[] = [[0x09, 0x0d], [0x20, 0x20], ...wideSpaces];
/** Also the information separators (Python), NEL (Rust, Python) and the byte order mark (ECMAScript). */
const anySpace: readonly Range[] = [
  [0x09, 0x0d],
  [0x1c, 0x20],
  [0x85, 0x85],
  ...wideSpaces,
  [0xfe_ff, 0xfe_ff],
];
/** Characters that are not part of a word in any of the dialects. */
const noWord = properties('Pd Ps Pe Pi Pf Po S Z Cc Co');

/** A shorthand such as `\d` within a class; the smaller set if the class excludes it. */
const shorthands: Readonly<Record<string, (isExcluded: boolean) => readonly ClassItem[]>> = {
  d: (isExcluded) => (isExcluded ? everyDigit : properties('Nd')),
  D: (isExcluded) => (isExcluded ? [property('Nd', true)] : complementOf(everyDigit)),
  s: (isExcluded) => (isExcluded ? everySpace : anySpace),
  S: (isExcluded) => complementOf(isExcluded ? anySpace : everySpace),
  w: (isExcluded) => (isExcluded ? everyWord : anyWord),
  W: (isExcluded) => (isExcluded ? noWord : complementOf(everyWord)),
};

/** The items that a shorthand stands for; undefined for any other letter. */
export function shorthandItems(letter: string, isExcluded: boolean): readonly ClassItem[] | undefined {
  return shorthands[letter]?.(isExcluded);
}

/** The word characters by which `\b` is decided. */
export const boundaryWord: readonly ClassItem[] = anyWord;

const posixClasses: Readonly<Record<string, readonly Range[]>> = {
  alnum: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  alpha: [
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  ascii: [[0x00, 0x7f]],
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  cntrl: [
    [0x00, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: [[0x30, 0x39]],
  graph: [[0x21, 0x7e]],
  lower: [[0x61, 0x7a]],
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  upper: [[0x41, 0x5a]],
  word: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ],
  xdigit: [
    [0x30, 0x39],
    [0x41, 0x46],
    [0x61, 0x66],
  ],
};

/** `[:alpha:]` and `[:^alpha:]`: ASCII, as in Rust. */
export function posixItems(name: string, isNegated: boolean): readonly Range[] {
  const ranges = Object.hasOwn(posixClasses, name) ? posixClasses[name] : undefined;
  if (ranges === undefined) throw new UnreadablePattern(`has an unknown class, [:${name}:]`);
  return isNegated ? complementOf(ranges) : ranges;
}

/** Long names of general categories, as ECMAScript and Rust accept them. */
const categories: Readonly<Record<string, string>> = {
  letter: 'L',
  lowercaseletter: 'Ll',
  uppercaseletter: 'Lu',
  titlecaseletter: 'Lt',
  modifierletter: 'Lm',
  otherletter: 'Lo',
  mark: 'M',
  nonspacingmark: 'Mn',
  spacingmark: 'Mc',
  number: 'N',
  decimalnumber: 'Nd',
  digit: 'Nd',
  letternumber: 'Nl',
  othernumber: 'No',
  punctuation: 'P',
  punct: 'P',
  symbol: 'S',
  currencysymbol: 'Sc',
  mathsymbol: 'Sm',
  separator: 'Z',
  spaceseparator: 'Zs',
  other: 'C',
  control: 'Cc',
  alpha: 'Alphabetic',
  lower: 'Lowercase',
  upper: 'Uppercase',
  space: 'White_Space',
};

/** The name between the braces of `\p{…}`: a category, a binary property or a script. */
export function propertyItem(written: string, isNegated: boolean): ClassItem {
  const [, negation = '', key = '', name = ''] =
    /^(\^?)(?:(gc|general_?category|sc|script|scx|script_?extensions)[=:])?(\w+)$/i.exec(written) ?? [];
  if (name === '') throw new UnreadablePattern(`has an unknown property, \\p{${written}}`);
  const known = categories[name.toLowerCase().replaceAll('_', '')];
  const isOpposite = isNegated !== (negation !== '');
  if (known !== undefined && !key.toLowerCase().startsWith('s')) {
    return { property: known, isScript: false, isNegated: isOpposite };
  }
  const shown = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const isScript = key.toLowerCase().startsWith('s') || isScriptName(shown);
  return { property: shown, isScript, isNegated: isOpposite };
}

function isScriptName(name: string): boolean {
  try {
    return new RegExp(`\\p{Script=${name}}`, 'u').test('') || true;
  } catch {
    return false;
  }
}
