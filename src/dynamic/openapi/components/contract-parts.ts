import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import type { RouteDefinition } from '../../../schemas/route-definition.ts';
import { type Model, modelsOf, titleOf } from './models.ts';
import { isPlain } from './plain-check.ts';

/**
 * How the document includes a schema of a row: `none`; under the name of its row, `unchanged` or `repaired`; split into
 * models, of which the first is the schema itself; or `unknown` if that failed.
 */
export type ContractPart = 'none' | 'unchanged' | 'repaired' | 'unknown' | readonly [Model, ...Model[]];

export type ContractParts = Readonly<{ request: ContractPart; response: ContractPart }>;

/** Shared by most rows. */
const bothUnchanged: ContractParts = { request: 'unchanged', response: 'unchanged' };

/** Splits a row's contract into parts. Never throws: one row must not make the document unavailable. */
export function contractParts(
  { method, requestSchema, responseSchema }: RouteDefinition,
  id: string,
): ContractParts {
  const request = method === 'GET' ? 'none' : partOf(requestSchema, requestName(id));
  const response = partOf(responseSchema, responseName(id));
  return request === 'unchanged' && response === 'unchanged' ? bothUnchanged : { request, response };
}

/** The names of a row's schemas that have none of their own. */
export function requestName(id: string): string {
  return `${id}Request`;
}
export function responseName(id: string): string {
  return `${id}Response`;
}

function partOf(schema: JsonObject | null, name: string): ContractPart {
  if (schema === null) return 'none';
  try {
    const title = titleOf(schema);
    if (isPlain(schema)) {
      return title === undefined
        ? 'unchanged'
        : [{ name: title, text: JSON.stringify(schema), refersTo: [] }];
    }
    if (title === undefined && !mayRefer(schema)) return 'repaired';
    const [root, ...others] = modelsOf(schema, name);
    return root === undefined ? 'unknown' : [root, ...others];
  } catch {
    return 'unknown';
  }
}

/** Whether anything in it looks like a reference, even in data. */
function mayRefer(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('$ref' in value || '$dynamicRef' in value) return true;
  return Object.values<JsonValue>(value).some(mayRefer);
}
