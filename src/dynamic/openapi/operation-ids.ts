import { createHash } from 'node:crypto';
import { isIdentifier, normalForm, toIdentifier } from './components/identifiers.ts';

const digestLength = 6;

/** A row as far as its id goes. */
export type Named = Readonly<{ slug: string; createdAt: string | null }>;

/**
 * The ids of those rows whose slugs cannot be ids themselves. A slug is its own id where client generators make an identifier
 * of it, and no other operation's: they write `a-b`, `a_b` and `A-B` as one name. Of such rows the oldest keeps its slug, so
 * that a new row renames none; any other gets the start of its own SHA-256.
 *
 * @param taken the ids of the fixed routes.
 * @param rows the same rows, asked for only where some slug cannot be an id.
 */
export function operationIds(
  slugs: readonly string[],
  taken: readonly string[],
  rows: () => readonly Named[],
): ReadonlyMap<string, string> {
  const used = new Set(taken.map(normalForm));
  const free = used.size + slugs.length;
  for (const slug of slugs) if (isIdentifier(slug)) used.add(normalForm(slug));
  return used.size === free ? new Map() : idsInOrder(rows().toSorted(byAge), taken);
}

/** The oldest first; a row without a time is older than the column. */
export function byAge(a: Named, b: Named): number {
  const [timeOfA, timeOfB] = [a.createdAt ?? '', b.createdAt ?? ''];
  return timeOfA < timeOfB ? -1 : timeOfA > timeOfB ? 1 : 0;
}

function idsInOrder(rows: readonly Named[], taken: readonly string[]): ReadonlyMap<string, string> {
  const used = new Set(taken.map(normalForm));
  const ids = new Map<string, string>();
  const others: string[] = [];
  for (const { slug } of rows) {
    const normal = normalForm(slug);
    if (!isIdentifier(slug) || used.has(normal)) others.push(slug);
    else used.add(normal);
  }
  for (const slug of others) {
    let id = toIdentifier(slug, 'run-');
    if (!id.endsWith(slug) || used.has(normalForm(id))) id += `-${digestOf(slug)}`;
    while (used.has(normalForm(id))) id += 'x';
    used.add(normalForm(id));
    ids.set(slug, id);
  }
  return ids;
}

function digestOf(slug: string): string {
  return createHash('sha256').update(slug).digest('hex').slice(0, digestLength);
}
