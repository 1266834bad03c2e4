import type { RouteDefinition } from '../../schemas/route-definition.ts';
import type { Steps } from '../../live/cooperative-task.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { createComponentNames } from './component-names.ts';
import { type ContractParts, createContractParts } from './contract-parts.ts';
import type { NamedRow } from './fragments.ts';
import { namedContract, type NamedContract } from './named-contract.ts';
import { byAge, type Named, operationIds } from './operation-ids.ts';

export type DocumentNames = (definition: RouteDefinition) => NamedRow;

/** The names that the fixed routes have already. */
export type TakenNames = Readonly<{ ids: readonly string[]; components: readonly string[] }>;

type Route = Named & Readonly<{ definition: RouteDefinition }>;

/**
 * Names operations and models over all rows of a snapshot, once for all its documents: what a reader may see or asks for
 * changes no name.
 */
export function createDocumentNames(taken: TakenNames): (snapshot: Snapshot) => Steps<DocumentNames> {
  const known = new WeakMap<Snapshot, DocumentNames>();
  const partsOf = createContractParts();

  function* namesOf({ entries }: Snapshot): Steps<DocumentNames> {
    const routes: Route[] = [];
    for (const { definition, servedRow } of entries) {
      if (definition === null || servedRow === null) continue;
      routes.push({ slug: definition.slug, createdAt: servedRow.created_at, definition });
    }
    yield;
    const ids = operationIds(routes, taken.ids);
    const idOf = ({ slug }: RouteDefinition): string => ids.get(slug) ?? slug;
    const withModels: Readonly<{ route: Route; parts: ContractParts }>[] = [];
    for (const route of routes) {
      yield;
      const parts = partsOf(route.definition, idOf(route.definition));
      if (typeof parts.request !== 'string' || typeof parts.response !== 'string') {
        withModels.push({ route, parts });
      }
    }
    const contracts = new Map<RouteDefinition, NamedContract>();
    if (withModels.length > 0) {
      const allIds = routes.map(({ definition }) => idOf(definition));
      const names = createComponentNames(allIds, taken.components);
      for (const { route, parts } of withModels.toSorted((a, b) => byAge(a.route, b.route))) {
        yield;
        contracts.set(route.definition, namedContract(parts, idOf(route.definition), names));
      }
    }
    return (definition) => {
      const id = idOf(definition);
      return { id, parts: partsOf(definition, id), contract: contracts.get(definition) ?? null };
    };
  }

  return function* namesIn(snapshot: Snapshot): Steps<DocumentNames> {
    const before = known.get(snapshot);
    if (before !== undefined) return before;
    const names = yield* namesOf(snapshot);
    known.set(snapshot, names);
    return names;
  };
}
