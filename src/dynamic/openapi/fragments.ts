import type { JsonObject } from '../../json-schema/json.ts';
import type { RegistryRow } from '../../schemas/registry-row.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import type { DocumentFormat } from './format.ts';
import { componentsOf, okResponse, operationOf } from './operation.ts';
import { commonResponses } from './responses.ts';

/** What a row contributes to a document, as text. */
export type Fragment = Readonly<{
  /** Its path with the operation, in pieces, of which the last is that of all rows. */
  path: readonly string[];
  /** The schemas of its contract. */
  schemas: string;
}>;

type Written = Fragment & Readonly<{ row: RegistryRow; id: string }>;

/**
 * Writes rows in one format. Rows that did not change keep their definitions over a reload, and so what was written of
 * them: of 10,000 rows only those that changed are written anew. The responses that all have in common are written once:
 * of 10,000 operations they are 5 MB.
 *
 * @param gateResponses the gate's responses by status, which every operation documents, since the gate comes before all routes.
 */
export function createFragments(format: DocumentFormat, gateResponses: JsonObject) {
  const written = new WeakMap<RouteDefinition, Written>();
  // Under `paths` stand the path, the method, `responses` and the statuses.
  const common = format.closing(format.members(commonResponses(gateResponses), 4), 3);
  const pathOf = (row: RegistryRow, definition: RouteDefinition, id: string): string => {
    const item = { [definition.method.toLowerCase()]: operationOf(row, definition, id) };
    const open = format.open(format.member(definition.path, item, 1), 2, 'responses', 3);
    return open + format.member('200', okResponse(definition, id), 4);
  };
  return (row: RegistryRow, definition: RouteDefinition, id: string): Fragment => {
    const known = written.get(definition);
    if (known?.row === row && known.id === id) return known;
    const schemas = componentsOf(definition, id).map(([name, schema]) => format.member(name, schema, 2));
    const fragment = {
      row,
      id,
      path: [pathOf(row, definition, id), common],
      schemas: schemas.join(format.frame.between),
    };
    written.set(definition, fragment);
    return fragment;
  };
}
