import type { RowVerdict } from '../../schemas/parse-row.ts';
import type { Reason } from '../../schemas/verdict.ts';
import type { ValidatedRow } from './validated-row.ts';
import type { RegistryEntry } from './registry-entry.ts';
import { createShardedMap, type ShardedMap } from './sharded-map.ts';
import { isStep, type Steps } from '../../live/cooperative-task.ts';

/**
 * The entries after all conflicts are settled, in the order of the rows, and the index among them of the row that owns
 * each slug and each path. The caller owns all three and may go on changing them.
 */
export type Settled = Readonly<{
  entries: RegistryEntry[];
  indexBySlug: ShardedMap<number>;
  indexByPath: ShardedMap<number>;
}>;

/**
 * Decides which row keeps a slug or a path that several rows claim: the one with the earlier `created_at`, then the one
 * with the smaller slug, so that every build on every replica decides alike. The others are rejected with a reason that
 * names the owner. The order of the rows is kept.
 *
 * @param currentOwner the slug of the row that serves a path now. Among rows without `created_at` it takes precedence
 *   over the smaller slug.
 */
export function* settleConflicts(
  rows: readonly ValidatedRow[],
  currentOwner: (path: string) => string | undefined = nobody,
): Steps<Settled> {
  const entries = rows.map(({ entry }) => entry);
  const slugs = yield* settleClaims(rows, {
    claimOf: ({ slug }) => slug,
    currentOwner: nobody,
  });
  const paths = yield* settleClaims(rows, {
    claimOf: ({ path }, index) => (slugs.losers.has(index) ? null : path),
    currentOwner,
  });
  for (const index of slugs.losers) reject(entries, index, slugDuplicate(entries[index]?.slug ?? ''));
  for (const index of paths.losers) {
    const path = rows[index]?.path ?? '';
    const owner = entries[paths.ownerByClaim.get(path) ?? index]?.slug ?? '';
    reject(entries, index, pathTaken(path, owner));
  }
  return { entries, indexBySlug: slugs.ownerByClaim, indexByPath: paths.ownerByClaim };
}

type Claims = Readonly<{
  /** The text that a row claims, or null where it claims none. */
  claimOf: (row: ValidatedRow, index: number) => string | null;
  currentOwner: (text: string) => string | undefined;
}>;

/** The index of the row that owns each text, and of those that claimed it in vain. Rows without a slug never compete. */
function* settleClaims(
  rows: readonly ValidatedRow[],
  { claimOf, currentOwner }: Claims,
): Steps<Readonly<{ ownerByClaim: ShardedMap<number>; losers: ReadonlySet<number> }>> {
  const ownerByClaim = createShardedMap<number>();
  const losers = new Set<number>();
  for (const [index, row] of rows.entries()) {
    if (isStep(index)) yield;
    const claim = claimOf(row, index);
    if (claim === null) continue;
    const ownerIndex = ownerByClaim.get(claim);
    if (ownerIndex === undefined) {
      ownerByClaim.set(claim, index);
      continue;
    }
    const owner = rows[ownerIndex];
    if (owner === undefined || claim === '') continue;
    const isFirst = comesBefore(row.verdict, owner.verdict, () => currentOwner(claim));
    if (isFirst) ownerByClaim.set(claim, index);
    losers.add(isFirst ? ownerIndex : index);
  }
  return { ownerByClaim, losers };
}

function nobody(): undefined {
  return undefined;
}

function reject(entries: RegistryEntry[], index: number, reason: Reason): void {
  const entry = entries[index];
  if (entry === undefined) return;
  const reasons = [...entry.reasons, reason];
  entries[index] = { ...entry, status: 'rejected', definition: null, servedRow: null, reasons };
}

function slugDuplicate(slug: string): Reason {
  const message = `Another row already has the slug ${slug}.`;
  return { code: 'slug_duplicate', column: 'workflow_slug', message, other_slug: slug };
}

function pathTaken(path: string, owner: string): Reason {
  const message = `${path} is already served by ${owner}, which takes precedence: give this row another path.`;
  return { code: 'path_taken', column: 'api_endpoint_url', message, other_slug: owner };
}

/**
 * A row without `created_at` is older than the column, hence older than every row that has one. A row that can be
 * served comes before one that cannot, so that a broken or retired row with the same slug does not take it down.
 */
function comesBefore(a: RowVerdict, b: RowVerdict, currentOwner: () => string | undefined): boolean {
  if ((a.status === 'routable') !== (b.status === 'routable')) return a.status === 'routable';
  const createdA = a.row.created_at ?? '';
  const createdB = b.row.created_at ?? '';
  if (createdA !== createdB) return createdA < createdB;
  if (createdA === '' && a.row.workflow_slug !== b.row.workflow_slug) {
    const owner = currentOwner();
    if (a.row.workflow_slug === owner) return true;
    if (b.row.workflow_slug === owner) return false;
  }
  return tieBreak(a) < tieBreak(b);
}

/** The slug, then what the row routes, so that the order in which rows are read never decides. */
function tieBreak({ row }: RowVerdict): string {
  return [row.workflow_slug, row.api_endpoint_url, row.modal_endpoint_url].join('\0');
}
