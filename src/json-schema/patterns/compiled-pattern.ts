import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { isDecimalPattern, isDecimalText } from './decimal-pattern.ts';
import { nativeStepsOf, programOf } from './pattern-cost.ts';
import { type Pattern, UnreadablePattern } from './pattern-tree.ts';
import { readPattern } from './read-pattern.ts';
import { writeNative, writeRe2 } from './write-pattern.ts';

/** Whether this many steps may be spent on a text; if not, the text passes. */
export type Affords = (steps: number) => boolean;

/** Whether a pattern is found in a text. */
export type PatternTest = (text: string, affords: Affords) => boolean;

export type CompiledPattern =
  | Readonly<{ ok: true; test: PatternTest }>
  /** @param why the rest of a sentence that begins with the pattern. */
  | Readonly<{ ok: false; why: string }>;

/** Patterns are few and rows share them; a pattern takes some KiB once it is compiled. */
const maxKept = 2_000;
const known = new LRUCache<string, CompiledPattern>({ max: maxKept });

/**
 * A pattern ready for use, or why it is left out of the contract. JSON Schema searches: only `^` and `$` anchor a pattern.
 *
 * Texts are matched in linear time by RE2. If V8's own engine, which backtracks, provably takes few steps, it is used
 * instead: 0.1 µs for a UUID, for which RE2 in JavaScript takes 6 µs.
 */
export function compilePattern(source: string): CompiledPattern {
  const found = known.get(source) ?? compiled(source);
  known.set(source, found);
  return found;
}

function compiled(source: string): CompiledPattern {
  if (isDecimalPattern(source)) return { ok: true, test: isDecimalText };
  try {
    return { ok: true, test: testOf(readPattern(source)) };
  } catch (error) {
    if (error instanceof UnreadablePattern) return { ok: false, why: error.message };
    // A property that Unicode does not have.
    if (error instanceof SyntaxError) return { ok: false, why: 'is not a valid regular expression' };
    throw error;
  }
}

/** Tens of microseconds. */
const maxNativeSteps = 10_000;

function testOf(pattern: Pattern): PatternTest {
  const program = programOf(pattern);
  if (program === null) throw new UnreadablePattern('is too large to be compiled');
  const { size, maxCount } = program;
  const native = new RegExp(writeNative(pattern), 'u');
  let nativeSteps: readonly number[] | undefined;
  let re2: ((text: string) => boolean) | undefined;
  return (text, affords) => {
    const { length } = text;
    nativeSteps ??= stepsByLength(pattern);
    const steps = nativeSteps[32 - Math.clz32(length)] ?? Infinity;
    if (steps <= maxNativeSteps) return !affords(steps) || native.test(text);
    if (!affords((length + 1) * size)) return true;
    re2 ??= re2Test(pattern, maxCount);
    return re2(text);
  };
}

/** The steps of the native engine for texts of fewer than 2, 4, 8 … characters, as long as they are few. */
function stepsByLength(pattern: Pattern): readonly number[] {
  const steps: number[] = [];
  for (let length = 0; steps.length < 32; length = 2 * length + 1) {
    const most = nativeStepsOf(pattern, length);
    if (most > maxNativeSteps) break;
    steps.push(most);
  }
  return steps;
}

const ascii = /^[\0-\x7f]*$/;

/** Compiled when it is first needed, since that takes up to 5 ms. If RE2 cannot compile it, all texts pass. */
function re2Test(pattern: Pattern, maxCount: number): (text: string) => boolean {
  const source = writeRe2(pattern, maxCount);
  // RE2 knows only the word boundaries of ASCII.
  const isAsciiOnly = /\\[bB]/.test(source);
  try {
    const regExp = RE2JS.compile(source);
    return (text) => (isAsciiOnly && !ascii.test(text)) || regExp.test(text);
  } catch {
    return () => true;
  }
}
