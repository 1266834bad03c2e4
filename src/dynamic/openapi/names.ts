import { createHash } from 'node:crypto';

const safeName = /^[A-Za-z0-9._-]+$/;
const digestLength = 6;

/** Whether a name has only characters that all places take. */
export function isSafeName(name: string): boolean {
  return safeName.test(name);
}

/**
 * Names for places that take only letters, digits, `.`, `_` and `-` (operation ids, component keys). A name that is
 * already of that form stays as it is; any other gets the start of its own SHA-256, so that two names which differ
 * only in such characters still differ, and neither depends on which other names there are.
 *
 * @param taken names that are in use already.
 */
export function safeNames(
  names: Iterable<string>,
  taken: Iterable<string> = [],
): ReadonlyMap<string, string> {
  const used = new Set(taken);
  const safe = new Map<string, string>();
  const others: string[] = [];
  for (const name of names) {
    if (!isSafeName(name) || used.has(name)) {
      others.push(name);
      continue;
    }
    used.add(name);
    safe.set(name, name);
  }
  for (const name of others) {
    const digest = createHash('sha256').update(name).digest('hex').slice(0, digestLength);
    let unique = `${name.replaceAll(/[^A-Za-z0-9._-]/g, '_')}-${digest}`;
    while (used.has(unique)) unique += '_';
    used.add(unique);
    safe.set(name, unique);
  }
  return safe;
}
