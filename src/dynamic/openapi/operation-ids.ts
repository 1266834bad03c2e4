import { createHash } from 'node:crypto';
import { isStep, type Steps } from '../../live/cooperative-task.ts';
import { isIdentifier, normalForm, toIdentifier } from './components/identifiers.ts';

const digestLength = 6;

/** What the id of a row depends on. */
export type Named = Readonly<{ slug: string; createdAt: string | null }>;

/**
 * The ids of the rows whose slugs cannot be ids themselves. A slug is its own id if client generators can turn it into an
 * identifier that no other operation has: to them, `a-b`, `a_b` and `A-B` are one name. Of such rows the oldest keeps its
 * slug, so that a new row never renames another; the others get the start of their slug's SHA-256 as a suffix.
 *
 * @param taken the ids of the fixed routes.
 * @param rows the same rows, requested only if some slug cannot be an id.
 */
export function* operationIds(
  slugs: readonly string[],
  taken: readonly string[],
  rows: () => readonly Named[],
): Steps<ReadonlyMap<string, string>> {
  const used = new Set(taken.map(normalForm));
  const free = used.size + slugs.length;
  for (const [index, slug] of slugs.entries()) {
    if (isStep(index)) yield;
    if (isIdentifier(slug)) used.add(normalForm(slug));
  }
  return used.size === free ? new Map() : yield* idsInOrder(rows().toSorted(byAge), taken);
}

/** The oldest first; a row without a time is older than the column. */
export function byAge(a: Named, b: Named): number {
  const [timeOfA, timeOfB] = [a.createdAt ?? '', b.createdAt ?? ''];
  return timeOfA < timeOfB ? -1 : timeOfA > timeOfB ? 1 : 0;
}

function* idsInOrder(rows: readonly Named[], taken: readonly string[]): Steps<ReadonlyMap<string, string>> {
  const used = new Set(taken.map(normalForm));
  const ids = new Map<string, string>();
  const others: string[] = [];
  for (const [index, { slug }] of rows.entries()) {
    if (isStep(index)) yield;
    const normal = normalForm(slug);
    if (!isIdentifier(slug) || used.has(normal)) others.push(slug);
    else used.add(normal);
  }
  for (const [index, slug] of others.entries()) {
    if (isStep(index)) yield;
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
