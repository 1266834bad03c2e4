export const jsonType = 'application/json';
const jsonTypes = /^\s*application\/(?:json|[^;\s]+\+json)\s*(?:;|$)/i;

/** Whether a Content-Type announces JSON, as FastAPI reads it: `application/json` or any `application/…+json`. */
export function isJsonType(type: string): boolean {
  return type === jsonType || jsonTypes.test(type);
}

/** Whether a Content-Encoding names no coding: an empty list, or only `identity` (RFC 9110 sections 5.6.1 and 8.4). */
export function hasNoCodings(encoding: string): boolean {
  return encoding.split(',').every((coding) => /^[ \t]*(?:identity[ \t]*)?$/i.test(coding));
}

/** The first value of a header in a flat list of names and values; null if there is none. */
export function headerOf(lines: readonly string[], name: string): string | null {
  for (let index = 0; index < lines.length; index += 2) {
    const line = lines[index];
    if (line?.length === name.length && line.toLowerCase() === name) return lines[index + 1] ?? null;
  }
  return null;
}

/** Returns the header lines with their Content-Type replaced by `application/json`. */
export function asJson(lines: readonly string[]): string[] {
  const others = lines.filter((_, index) => lines[index - (index % 2)]?.toLowerCase() !== 'content-type');
  return [...others, 'content-type', jsonType];
}
