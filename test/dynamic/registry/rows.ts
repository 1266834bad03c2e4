import { validatedRow } from '../../../src/dynamic/registry/validated-row.ts';
import { createRouteTable, type RouteTable } from '../../../src/dynamic/registry/route-table.ts';
import { textHash } from '../../../src/dynamic/registry/text-hash.ts';
import { createTextIndex } from '../../../src/dynamic/registry/text-index.ts';
import { buildSnapshot, type LastKnownGood, type Snapshot } from '../../../src/dynamic/registry/snapshot.ts';
import type { RowVerdict } from '../../../src/schemas/parse-row.ts';
import { parseRow } from '../../../src/schemas/parse-row.ts';
import type { RouteDefinition } from '../../../src/schemas/route-definition.ts';

/** Some columns of a row. */
export type Columns = Readonly<Record<string, unknown>>;

const rules = { allowedHosts: ['*.modal.run'], labelMismatch: () => null };

/** The verdict on a good row of this slug, with a path and a function of its own; `over` replaces columns. */
export function verdictOf(slug: string, over: Columns = {}): RowVerdict {
  const row = {
    workflow_slug: slug,
    modal_endpoint_url: `https://demodata--app-${slug}.modal.run`,
    api_endpoint_url: `/run/companies/demo/${slug}/lookup`,
    ...over,
  };
  return parseRow(row, rules);
}

/** The snapshot of these verdicts, as if each row had been read with a hash of its own. */
export function snapshotOf(version: string, verdicts: readonly RowVerdict[], past?: LastKnownGood): Snapshot {
  const validated = verdicts.map((verdict, index) => validatedRow(`hash-${index}`, verdict));
  return buildSnapshot(version, validated, past);
}

/** The definition of a good row. */
export function routeOf(slug: string, over: Columns = {}): RouteDefinition {
  const verdict = verdictOf(slug, over);
  if (verdict.status !== 'routable') throw new Error(`${slug} is ${verdict.status}`);
  return verdict.definition;
}

/** The table of these routes. */
export function tableOf(definitions: readonly RouteDefinition[]): RouteTable {
  const byPath = createTextIndex(definitions.length, (place) => definitions[place]?.path);
  for (const [place, { path }] of definitions.entries()) byPath.claim(textHash(path), place);
  return createRouteTable(
    definitions.map((definition) => ({ definition })),
    byPath,
    definitions.length,
  );
}

/** Every order of the items. */
export function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((others) => [item, ...others]),
  );
}
