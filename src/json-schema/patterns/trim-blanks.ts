/** What Python's `str.strip` and Rust's `str::trim` remove beyond ECMAScript's: NEL, and the information separators (Python). */
const otherBlanks: ReadonlySet<string> = new Set('\x1c\x1d\x1e\x1f\x85');

/** A text without the blanks at its ends that Python, Rust or ECMAScript would remove. */
export function trimBlanks(text: string): string {
  let trimmed = text.trim();
  while (otherBlanks.has(trimmed.charAt(0))) trimmed = trimmed.slice(1).trimStart();
  while (otherBlanks.has(trimmed.charAt(trimmed.length - 1))) trimmed = trimmed.slice(0, -1).trimEnd();
  return trimmed;
}
