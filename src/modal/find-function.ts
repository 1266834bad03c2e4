import { insertionIndex } from '../schemas/insertion-index.ts';
import { modalLabel, truncatedReadings } from './label.ts';

/**
 * Returns a function that finds, among the functions of a registry, the one a label belongs to: the longest name that the
 * label ends with, or the name whose hash a truncated label contains. Only names that start with what truncation kept are
 * hashed, once for all labels that are equal up to the cut: otherwise 10,000 labels shifted by a row would take minutes.
 *
 * @param names as `nameInLabel` returns them: a set, or a map by them, since a copy of 20,000 takes 16 ms in one go.
 */
export function createFunctionFinder(
  names: Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>,
): (label: string) => string | undefined {
  /** Sorted for the first truncated label, since few registries have one. */
  let sorted: readonly string[] | undefined;
  const namesByReading = new Map<string, ReadonlyMap<string, string>>();

  /** The names that start with `kept`, by the label that each has after this prefix. */
  const namesByLabel = (prefix: string, kept: string): ReadonlyMap<string, string> => {
    const reading = `${prefix}\0${kept}`;
    const found =
      namesByReading.get(reading) ??
      new Map(
        startingWith((sorted ??= [...names.keys()].toSorted()), kept).map((name) => [
          modalLabel(prefix, name),
          name,
        ]),
      );
    namesByReading.set(reading, found);
    return found;
  };

  return (label) => {
    for (let hyphen = label.indexOf('-'); hyphen !== -1; hyphen = label.indexOf('-', hyphen + 1)) {
      const name = label.slice(hyphen + 1);
      if (names.has(name)) return name;
    }
    for (const { prefix, kept } of truncatedReadings(label)) {
      const name = namesByLabel(prefix, kept).get(label);
      if (name !== undefined) return name;
    }
    return undefined;
  };
}

function startingWith(sorted: readonly string[], start: string): readonly string[] {
  return sorted.slice(indexOf(sorted, start), indexOf(sorted, `${start}\uffff`));
}

function indexOf(sorted: readonly string[], text: string): number {
  return insertionIndex(sorted, text, (name) => name);
}
