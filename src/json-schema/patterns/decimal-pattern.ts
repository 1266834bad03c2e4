import { trimBlanks } from './trim-blanks.ts';

/** The start of the patterns that pydantic publishes for Decimal (2.12 and later), with and without limits on digits. */
const published = '^(?!^[-+.]*$)[+-]?0*';
const number = /^[+-]?(?:\p{Nd}+(?:\.\p{Nd}*)?|\.\p{Nd}+)(?:e[+-]?\p{Nd}+)?$/iu;
const notFinite = /^[+-]?(?:inf(?:inity)?|s?nan\d*)$/i;
/** Longer than any amount; Python reads longer ones, too. */
const longest = 1_000;

/**
 * Whether a pattern is pydantic's own for a Decimal. It has a lookahead, and pydantic does not apply it but reads the text as
 * a number.
 */
export function isDecimalPattern(source: string): boolean {
  return source.startsWith(published);
}

/** Whether Python's `Decimal` reads a text: blanks around it, underscores and exponents included. */
export function isDecimalText(text: string): boolean {
  if (text.length > longest) return true;
  const digits = trimBlanks(text).replaceAll('_', '');
  return number.test(digits) || notFinite.test(digits);
}
