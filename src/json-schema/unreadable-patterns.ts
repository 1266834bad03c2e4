import { isJsonObject } from './json.ts';
import type { PlacedSchema } from './placed-schemas.ts';
import { compilePattern } from './patterns/compiled-pattern.ts';

/** A pattern that is left out of a contract, and why: the rest of a sentence that begins with the pattern. */
export type UnreadPattern = Readonly<{ pattern: string; why: string }>;

/** The patterns among these schemas that cannot be matched in linear time, each once. */
export function unreadablePatterns(schemas: readonly PlacedSchema[]): readonly UnreadPattern[] {
  const found = new Map<string, UnreadPattern>();
  for (const { schema } of schemas) {
    const { pattern, patternProperties } = schema;
    if (pattern === undefined && patternProperties === undefined) continue;
    const names = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
    for (const each of [pattern, ...names]) {
      if (typeof each !== 'string') continue;
      const compiled = compilePattern(each);
      if (!compiled.ok) found.set(each, { pattern: each, why: compiled.why });
    }
  }
  return [...found.values()];
}
