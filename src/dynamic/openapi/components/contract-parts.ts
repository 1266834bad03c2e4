import type { JsonObject, JsonValue } from '../../../json-schema/json.ts';
import type { RouteDefinition } from '../../../schemas/route-definition.ts';
import { type Model, modelsOf, titleOf } from './models.ts';
import { isPlain } from './plain-check.ts';

/**
 * A schema of a row as the document has it: `none`; under the name of its row, `asItIs` or `mended`; taken apart into models, of
 * which the first is the schema itself; or `unknown`, where that failed.
 */
export type ContractPart = 'none' | 'asItIs' | 'mended' | 'unknown' | readonly [Model, ...Model[]];

export type ContractParts = Readonly<{ request: ContractPart; response: ContractPart }>;

/** One for most rows. */
const bothAsTheyAre: ContractParts = { request: 'asItIs', response: 'asItIs' };

/** Takes a row's contract apart. Never throws: what one row says must not cost anybody the document. */
export function contractParts(
  { method, requestSchema, responseSchema }: RouteDefinition,
  id: string,
): ContractParts {
  const request = method === 'GET' ? 'none' : partOf(requestSchema, requestName(id));
  const response = partOf(responseSchema, responseName(id));
  return request === 'asItIs' && response === 'asItIs' ? bothAsTheyAre : { request, response };
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
      return title === undefined ? 'asItIs' : [{ name: title, text: JSON.stringify(schema), refersTo: [] }];
    }
    if (title === undefined && !mayRefer(schema)) return 'mended';
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
