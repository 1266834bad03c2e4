import { withoutSecrets } from '../../../json-schema/quoted.ts';

const shownBefore = 20;
const shownAfter = 30;

/** Control characters, and those that terminals and table cells interpret or do not show. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** Longer than a key: one that is cut would not be recognized. */
const searched = 100;

/** Returns the text around an index, on one line, without keys. */
export function excerptAt(text: string, index: number): string {
  const before = withoutSecrets(text.slice(Math.max(0, index - searched), index));
  const after = withoutSecrets(text.slice(index, index + searched));
  const shown = before.slice(-shownBefore) + after.slice(0, shownAfter);
  const line = shown.replace(/[\r\n\t ]+/g, ' ').replace(unprintable, escaped);
  return `${before.length > shownBefore ? '…' : ''}${line}${after.length > shownAfter ? '…' : ''}`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
