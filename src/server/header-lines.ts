/** A flat list of header names and values, as pairs. */
export function headerPairs(lines: readonly string[]): [name: string, value: string][] {
  return lines.flatMap((name, index) => (index % 2 === 0 ? [[name, lines[index + 1] ?? '']] : []));
}
