import { quoted } from '../../json-schema/quoted.ts';

/**
 * What a column for a number has instead, for a message. Not JSON.stringify: it calls NaN and Infinity null, and throws for a
 * bigint.
 */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'not a number';
}
