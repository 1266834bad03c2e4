import { createContract } from '../../../src/dynamic/contracts/compiled-contract.ts';
import { checkBody } from '../../../src/dynamic/contracts/request-check.ts';
import { parseContract } from '../../../src/schemas/columns/contract.ts';
import type { JsonObject, JsonValue } from '../../../src/json-schema/json.ts';
import { messages } from '../../schemas/verdicts.ts';

/** A contract as a row would have it, parsed and compiled. */
export function contractOf(schema: JsonObject) {
  const result = parseContract(schema, 'request_schema');
  if (!result.ok || result.value === null) throw new Error(messages(result));
  return createContract(result.value);
}

/** The violations of a body, each as its pointer, message and what is expected; none where it is valid. */
export function violationsOf(schema: JsonObject, body: JsonValue): readonly string[] {
  const verdict = checkBody(contractOf(schema), Buffer.from(JSON.stringify(body)), false);
  if (verdict.kind === 'valid') return [];
  return verdict.violations.map(({ pointer, message, expected }) => `${pointer}: ${message} (${expected})`);
}

/** The schema of an object with one field. */
export function field(schema: JsonObject, definitions: JsonObject = {}): JsonObject {
  return { type: 'object', properties: { field: schema }, $defs: definitions };
}
