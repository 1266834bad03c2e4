import type { RouteDefinition } from '../../schemas/route-definition.ts';
import { isStep, type Steps } from '../../live/cooperative-task.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { createComponentNames } from './components/component-names.ts';
import { type ContractParts, contractParts } from './components/contract-parts.ts';
import type { NamedRow } from './fragments.ts';
import { namedContract, type NamedContract } from './components/named-contract.ts';
import { byAge, type Named, operationIds } from './operation-ids.ts';

export type DocumentNames = (definition: RouteDefinition) => NamedRow;

/** The names that the fixed routes already use. */
export type TakenNames = Readonly<{ ids: readonly string[]; components: readonly string[] }>;

/** What is kept of a row for as long as its definition lives. */
type Known = Readonly<{ id: string; parts: ContractParts; written: NamedRow['written'] }>;

/**
 * Names operations and models over all rows of a snapshot, once for all its documents: a reader's scopes and filters do not
 * change any name.
 */
export function createDocumentNames(taken: TakenNames): (snapshot: Snapshot) => Steps<DocumentNames> {
  const bySnapshot = new WeakMap<Snapshot, DocumentNames>();
  const byDefinition = new WeakMap<RouteDefinition, Known>();
  const knownOf = (definition: RouteDefinition, id: string): Known => {
    const before = byDefinition.get(definition);
    if (before?.id === id) return before;
    const known = { id, parts: contractParts(definition, id), written: {} };
    byDefinition.set(definition, known);
    return known;
  };

  function* namesOf(snapshot: Snapshot): Steps<DocumentNames> {
    const routes = yield* routesOf(snapshot);
    const slugs = routes.map(({ slug }) => slug);
    const ids = yield* operationIds(slugs, taken.ids, () => routes.map((route) => named(snapshot, route)));
    const idOf = ({ slug }: RouteDefinition): string => ids.get(slug) ?? slug;
    const withModels: RouteDefinition[] = [];
    for (const route of routes) {
      yield;
      const { request, response } = knownOf(route, idOf(route)).parts;
      if (typeof request !== 'string' || typeof response !== 'string') withModels.push(route);
    }
    const contracts = new Map<RouteDefinition, NamedContract>();
    if (withModels.length > 0) {
      yield;
      const names = createComponentNames(routes.map(idOf), taken.components);
      yield;
      const inOrder = withModels.map((route) => ({ ...named(snapshot, route), route })).toSorted(byAge);
      for (const { route } of inOrder) {
        yield;
        const id = idOf(route);
        contracts.set(route, namedContract(knownOf(route, id).parts, id, names));
      }
    }
    return (definition) => ({
      ...knownOf(definition, idOf(definition)),
      contract: contracts.get(definition) ?? null,
    });
  }

  return function* namesIn(snapshot: Snapshot): Steps<DocumentNames> {
    const before = bySnapshot.get(snapshot);
    if (before !== undefined) return before;
    const names = yield* namesOf(snapshot);
    bySnapshot.set(snapshot, names);
    return names;
  };
}

function* routesOf({ entries }: Snapshot): Steps<readonly RouteDefinition[]> {
  const routes: RouteDefinition[] = [];
  for (const [place, { definition }] of entries.entries()) {
    if (isStep(place)) yield;
    if (definition !== null) routes.push(definition);
  }
  return routes;
}

function named({ bySlug }: Snapshot, { slug }: RouteDefinition): Named {
  return { slug, createdAt: bySlug.get(slug)?.servedRow?.created_at ?? null };
}
