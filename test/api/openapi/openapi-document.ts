import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json-schema/json.ts';
import type { TestRowgate } from '../../helpers/rowgate.ts';
import { get } from '../get.ts';

/** The members of an object that a test knows to be one. */
export function object(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new Error(`no JSON object: ${JSON.stringify(value)}`);
  return value;
}

/** Text that a test knows to be there. */
export function text(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new Error(`no text: ${JSON.stringify(value)}`);
  return value;
}

/** What stands at a path of members, such as `at(document, 'info', 'title')`. */
export function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((node, name) => {
    if (Array.isArray(node)) return node[Number(name)];
    return node === undefined ? undefined : object(node)[name];
  }, value);
}

export async function openApi(rowgate: TestRowgate): Promise<JsonObject> {
  const { status, body } = await get(`${rowgate.url}/openapi.json`);
  expect(status).toBe(200);
  return object(body);
}

/** Every operation of the document, with its path. */
export function operations(document: JsonObject): readonly { path: string; operation: JsonObject }[] {
  return Object.entries(object(document['paths'])).flatMap(([path, item]) =>
    Object.values(object(item)).map((operation) => ({ path, operation: object(operation) })),
  );
}

/** Whether a value fits a schema of the document, as a validator sees it that follows the references. */
export function fits(document: JsonObject, component: string, value: unknown): boolean {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi');
  return ajv.validate({ $ref: `openapi#/components/schemas/${component}` }, value);
}
