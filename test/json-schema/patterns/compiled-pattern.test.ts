import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../src/json-schema/patterns/compiled-pattern.ts';
import { programOf } from '../../../src/json-schema/patterns/pattern-cost.ts';
import { readPattern } from '../../../src/json-schema/patterns/read-pattern.ts';
import { writeNative, writeRe2 } from '../../../src/json-schema/patterns/write-pattern.ts';
import { RE2JS } from 're2js';

const everything = () => true;

function isFound(source: string, text: string): boolean {
  const pattern = compilePattern(source);
  if (!pattern.ok) throw new Error(`${source} ${pattern.why}`);
  return pattern.test(text, everything);
}

const email = String.raw`^[^@\s]+@[^@\s]+\.[^@\s]+$`;
const ipv4 = String.raw`^((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)$`;
const money = String.raw`^(?!^[-+.]*$)[+-]?0*(?:\d{0,8}|(?=[\d.]{1,11}0*$)\d{0,8}\.\d{0,2}0*$)`;

const patterns: readonly [source: string, found: readonly string[], notFound: readonly string[]][] = [
  [String.raw`^\d{3}$`, ['123', '١٢٣'], ['12a', '1234']],
  [String.raw`^\w+$`, ['Müller', '株式会社', 'a_1'], ['a b', '']],
  [String.raw`^[^\W_]+$`, ['Müller'], ['a_b', 'a b']],
  [String.raw`[\W_]`, ['a_', 'a b', '!'], ['ab']],
  [String.raw`^\S+\s\S+$`, ['a b', 'a\u3000b'], ['ab']],
  [String.raw`\A[a-z]{3}\z`, ['abc'], ['abcd', 'ABC']],
  [String.raw`\A[a-z]{3}\Z`, ['abc'], ['abcd']],
  ['b', ['abc'], ['ac']],
  ['^[[:alpha:]]+$', ['abc'], ['123']],
  ['^[[:^digit:]_]+$', ['a_'], ['1']],
  ['^[]a]+$', [']a'], ['b']],
  [String.raw`^\p{L}+$`, ['Žižek'], ['1']],
  [String.raw`^\p{Letter}\pN\P{Lu}$`, ['a1b'], ['a1B']],
  [String.raw`^\p{Greek}\p{Script=Greek}$`, ['αβ'], ['ab']],
  ['(?i)^[a-z]{3}$', ['ABC'], ['ab1']],
  ['^a(?i)b|c$', ['aB', 'C'], ['AB', 'd']],
  ['^(?i:a)b$', ['Ab'], ['AB']],
  ['(?s)^a.b$', ['a\nb'], ['ab']],
  ['(?m)^b$', ['a\nb\nc'], ['ab']],
  [String.raw`(?P<year>\d{4})-(?<month>\d\d)`, ['on 2024-01-02'], ['24-01']],
  [String.raw`\bMüller\b`, ['Herr Müller!'], ['Müllers']],
  [String.raw`^\u00e9\x41\U0001F600\ud83d\ude00\cA$`, ['éA😀😀\u0001'], ['e']],
  ['^[a-z]{,3}$', ['', 'abc'], ['abcd']],
  ['^{a}$', ['{a}'], ['a']],
  ['^(a+)+$', ['aaa'], [`${'a'.repeat(40)}b`]],
  ['^(a|a)*$', ['aaa'], [`${'a'.repeat(40)}b`]],
  [`^${'a?'.repeat(26)}${'a'.repeat(26)}$`, ['a'.repeat(26)], ['a'.repeat(25)]],
  ['^.{1,2000}$', ['a'.repeat(2_000)], ['', 'a'.repeat(2_001)]],
  ['^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$', ['00000000-0000-0000-0000-000000000000'], ['0-0']],
  [ipv4, ['1.2.3.4', '255.255.255.255'], ['1.2.3', '1.2.3.256']],
  [email, ['john.doe@example.com'], ['john.doe@example', 'a b@c.de']],
  ['^#(?:[0-9a-fA-F]{3}){1,2}$', ['#fff', '#ffffff'], ['#ff']],
  [String.raw`^\d{5}(?:-\d{4})?$`, ['12345', '12345-6789'], ['1234']],
  ['^[a-z0-9]+(?:-[a-z0-9]+)*$', ['a-slug-2'], ['a--b', '-a']],
  [
    String.raw`^[A-Za-z_]+(?:/[A-Za-z_+-]+)+$`,
    ['Europe/Berlin', 'America/Argentina/Buenos_Aires'],
    ['Berlin'],
  ],
  [String.raw`^\s*(\d*\.?\d+)\s*(\w+)?`, ['1.5 GB', '1000'], ['GB']],
  [money, ['12345.67', '1e3', ' 1.5 ', '1_000'], ['twelve', '']],
];

describe('a pattern is found in a text as in Rust and Python', () => {
  test.each(patterns)('%s', (source, found, notFound) => {
    expect(found.filter((text) => !isFound(source, text))).toEqual([]);
    expect(notFound.filter((text) => isFound(source, text))).toEqual([]);
  });
});

test('both engines give one verdict', () => {
  for (const [source, found, notFound] of patterns) {
    if (source === money || source.includes('\\b')) continue;
    const pattern = readPattern(source);
    const native = new RegExp(writeNative(pattern), 'u');
    const re2 = RE2JS.compile(writeRe2(pattern, 1_000));
    const texts = [...patterns.flatMap(([, ...each]) => each.flat()), ...found, ...notFound].filter(
      (text) => text.length < 30,
    );
    const differing = texts.filter((text) => native.test(text) !== re2.test(text));
    expect(differing, source).toEqual([]);
  }
});

test.each([
  ['(?=a)', 'looks ahead'],
  ['(?<!a)b', 'looks ahead or behind'],
  [String.raw`(a)\1`, 'refers back'],
  [String.raw`(?P<a>b)(?P=a)`, 'refers back'],
  ['(', 'is not closed'],
  [')', 'closing parenthesis'],
  ['[a', 'is not closed'],
  ['*a', 'repetition of nothing'],
  ['a{3,2}', 'from 3 to 2'],
  ['[z-a]', 'wrong order'],
  ['[a&&b]', 'read differently'],
  ['[a[b]]', 'read differently'],
  [String.raw`\Qa`, 'escape'],
  [String.raw`\p{Nonsense}`, 'not a valid'],
  ['(?x)a', 'flag x'],
  ['(?>a)', 'not supported'],
  ['('.repeat(60) + ')'.repeat(60), 'levels deep'],
  ['a'.repeat(10_000), 'longer than'],
  ['(?:[a-z]{3}[0-9]{3}){3}'.repeat(350), 'too large'],
])('%s is left out', (source, why) => {
  expect(compilePattern(source)).toEqual({ ok: false, why: expect.stringContaining(why) });
});

test.each([
  '(a{1000}){1000}',
  '((((a{100}){100}){100}){100})x',
  String.raw`\w{0,1000}`.repeat(20),
  '(.*)'.repeat(50),
  '(a{0,100000}){100000}',
])('%s is compiled into a program of bounded size', (source) => {
  const program = programOf(readPattern(source));
  expect(program?.size).toBeLessThanOrEqual(10_000);
  expect(isFound(source, 'a'.repeat(5_000))).toBeTypeOf('boolean');
});

test('what a text costs is asked for first, and where it is not granted the text passes', () => {
  const pattern = compilePattern('^(x+x+)+y$');
  const asked: number[] = [];
  const isTaken = (length: number): boolean =>
    pattern.ok &&
    pattern.test('x'.repeat(length), (steps) => {
      asked.push(steps);
      return steps < 100_000;
    });
  expect([isTaken(10), isTaken(1_000), isTaken(1_000_000)]).toEqual([false, false, true]);
  // The cost of linear time.
  expect((asked[2] ?? 0) / (asked[1] ?? 1)).toBeCloseTo(1_000, -2);
});
