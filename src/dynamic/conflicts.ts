import type { RowVerdict } from '../schemas/parse-row.ts';
import type { Reason, Warning } from '../schemas/verdict.ts';
import { isStep, type Steps } from './steps.ts';

type RoutableVerdict = Extract<RowVerdict, { status: 'routable' }>;

/**
 * Settles which row keeps a slug or a path that several claim: the earlier `created_at`, then the smaller slug, so
 * that every build on every replica decides alike. The others are rejected and told by whom. Order is kept.
 *
 * @param incumbent who serves a path now: goes before the smaller slug among rows that have no `created_at`.
 */
export function* settleConflicts(
  verdicts: readonly RowVerdict[],
  incumbent: (path: string) => string | undefined = nobody,
): Steps<readonly RowVerdict[]> {
  const bySlug = new Map<string, RowVerdict>();
  const byPath = new Map<string, RoutableVerdict>();
  let contested = 0;
  let done = 0;
  for (const verdict of verdicts) {
    contested += claim(bySlug, verdict.row.workflow_slug, verdict, nobody);
    if (isStep((done += 1))) yield;
  }
  for (const verdict of verdicts) {
    if (isStep((done += 1))) yield;
    if (verdict.status === 'routable' && bySlug.get(verdict.definition.slug) === verdict) {
      contested += claim(byPath, verdict.definition.path, verdict, incumbent);
    }
  }
  if (contested === 0) return verdicts;
  return verdicts.map((verdict) => {
    const slug = verdict.row.workflow_slug;
    if (slug !== null && bySlug.get(slug) !== verdict) {
      const message = `Another row already has the slug ${slug}.`;
      return rejectedBy(verdict, {
        code: 'slug_duplicate',
        column: 'workflow_slug',
        message,
        other_slug: slug,
      });
    }
    if (verdict.status !== 'routable') return verdict;
    const { path } = verdict.definition;
    const other = byPath.get(path)?.definition.slug ?? verdict.definition.slug;
    if (other === verdict.definition.slug) return verdict;
    const message = `${path} is already served by ${other}, which was there first: give this row another path.`;
    return rejectedBy(verdict, {
      code: 'path_taken',
      column: 'api_endpoint_url',
      message,
      other_slug: other,
    });
  });
}

function nobody(): undefined {
  return undefined;
}

/** @returns 1 where somebody else had claimed the key before, else 0. */
function claim<V extends RowVerdict>(
  claims: Map<string, V>,
  key: string | null,
  verdict: V,
  incumbent: (key: string) => string | undefined,
): 0 | 1 {
  if (key === null) return 0;
  const holder = claims.get(key);
  if (holder === undefined || comesBefore(verdict, holder, () => incumbent(key))) claims.set(key, verdict);
  return holder === undefined ? 0 : 1;
}

/**
 * A row without `created_at` was there before the column was, so before every row that has one. A row that can be
 * served comes before one that cannot, lest a broken or retired row with the same slug take it down.
 */
function comesBefore(a: RowVerdict, b: RowVerdict, incumbent: () => string | undefined): boolean {
  if ((a.status === 'routable') !== (b.status === 'routable')) return a.status === 'routable';
  const createdA = a.row.created_at ?? '';
  const createdB = b.row.created_at ?? '';
  if (createdA !== createdB) return createdA < createdB;
  if (createdA === '' && a.row.workflow_slug !== b.row.workflow_slug) {
    const serving = incumbent();
    if (a.row.workflow_slug === serving) return true;
    if (b.row.workflow_slug === serving) return false;
  }
  return tieBreak(a) < tieBreak(b);
}

/** The slug; of rows with one slug, what they route, so that the order in which rows are read never decides. */
function tieBreak({ row }: RowVerdict): string {
  return [row.workflow_slug, row.api_endpoint_url, row.modal_endpoint_url].join('\0');
}

function rejectedBy(verdict: RowVerdict, reason: Reason): RowVerdict {
  const reasons = verdict.status === 'rejected' ? [...verdict.reasons, reason] : [reason];
  return { status: 'rejected', row: verdict.row, reasons, warnings: verdict.warnings };
}

/** A warning for each routable row whose function URL another one has too: the trace that a shifted column leaves. */
export function* sharedFunctionWarnings(
  verdicts: readonly RowVerdict[],
): Steps<ReadonlyMap<string, Warning>> {
  const firstByUrl = new Map<string, string>();
  const slugsByUrl = new Map<string, string[]>();
  let done = 0;
  for (const verdict of verdicts) {
    if (isStep((done += 1))) yield;
    if (verdict.status !== 'routable') continue;
    const { slug, functionUrl } = verdict.definition;
    const { href } = functionUrl;
    const first = firstByUrl.get(href);
    const slugs = slugsByUrl.get(href);
    if (first === undefined) firstByUrl.set(href, slug);
    else if (slugs === undefined) slugsByUrl.set(href, [first, slug]);
    else slugs.push(slug);
  }
  const warnings = new Map<string, Warning>();
  for (const slugs of slugsByUrl.values()) {
    slugs.sort();
    for (const slug of slugs) {
      const other = slugs[0] === slug ? slugs[1] : slugs[0];
      if (other === undefined) continue;
      const message = `${slugs.length} rows call the same function URL, ${other} among them.`;
      warnings.set(slug, {
        code: 'function_url_shared',
        column: 'modal_endpoint_url',
        message,
        other_slug: other,
      });
    }
  }
  return warnings;
}
