import type { Parsed } from '../../src/schemas/verdict.ts';

/** What a parser gave, as a test compares it: the value, or the codes of the reasons. */
export function outcome<T>(result: Parsed<T>): T | readonly string[] {
  return result.ok ? result.value : result.reasons.map(({ code }) => code);
}

/** The sentences of a refusal; none for a value. */
export function messages(result: Parsed<unknown>): string {
  return result.ok ? '' : result.reasons.map(({ message }) => message).join(' ');
}

/** JSON nested `depth` levels: text, since building or printing such a value could overflow the stack. */
export function nested(depth: number, key = 'not'): unknown {
  return JSON.parse(`${`{"${key}":`.repeat(depth)}{}${'}'.repeat(depth)}`);
}
