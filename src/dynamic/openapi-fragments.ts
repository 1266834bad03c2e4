import type { JsonObject } from '../schemas/json.ts';
import type { RegistryRow } from '../schemas/registry-row.ts';
import type { RouteDefinition } from '../schemas/route-definition.ts';
import type { DocumentFormat } from './openapi-format.ts';
import { componentsOf, operationOf } from './openapi-operation.ts';

/** What a row contributes to a document, written: its path with the operation, and the schemas of its contract. */
export type Fragment = Readonly<{ path: string; schemas: string }>;

type Written = Fragment & Readonly<{ row: RegistryRow; id: string }>;

/**
 * Writes rows in one format. Rows that did not change keep their definitions over a reload, and so what was written of
 * them: of 10,000 rows only those that changed are written anew.
 *
 * @param keyResponses what every operation may also answer, by status, where keys are asked for.
 */
export function createFragments(format: DocumentFormat, keyResponses: JsonObject) {
  const written = new WeakMap<RouteDefinition, Written>();
  return (row: RegistryRow, definition: RouteDefinition, id: string): Fragment => {
    const known = written.get(definition);
    if (known?.row === row && known.id === id) return known;
    const operation = operationOf(row, definition, id, keyResponses);
    const item = { [definition.path]: { [definition.method.toLowerCase()]: operation } };
    const fragment = {
      row,
      id,
      path: format.members(item, 1),
      schemas: format.members(componentsOf(definition, id), 2),
    };
    written.set(definition, fragment);
    return fragment;
  };
}
