import { isJsonObject, type JsonObject, type JsonValue } from '../json-schema/json.ts';

/** The contract that a function publishes for one operation; a side is null if it has no schema. */
export type PublishedContract = Readonly<{ request: JsonObject | null; response: JsonObject | null }>;

export type ReadContract =
  | Readonly<{ ok: true; contract: PublishedContract }>
  | Readonly<{ ok: false; why: string }>;

const components = '#/components/schemas/';
const definitions = '#/$defs/';

/**
 * Extracts the request and response schemas of an operation from the OpenAPI 3.1 document that FastAPI generates. Each is
 * self-contained: referenced models, recursive ones included, are in its own `$defs`, and a root that is only a reference
 * is replaced by its model.
 *
 * @param path of the function, normally `/`.
 */
export function publishedContract(document: unknown, method: string, path: string): ReadContract {
  if (!isJsonObject(document) || !isJsonObject(document['paths'])) {
    return { ok: false, why: 'its /openapi.json is not an OpenAPI document' };
  }
  const operation = member(member(document['paths'], path), method.toLowerCase());
  if (operation === undefined) {
    const known = Object.entries(document['paths']).flatMap(([at, item]) =>
      isJsonObject(item) ? Object.keys(item).map((verb) => `${verb.toUpperCase()} ${at}`) : [],
    );
    return {
      ok: false,
      why: `its OpenAPI document has no ${method} ${path}, only ${known.slice(0, 5).join(', ')}`,
    };
  }
  const schemas = member(member(document, 'components'), 'schemas');
  const responses = member(operation, 'responses');
  const success = Object.keys(responses ?? {}).find((status) => /^2(?:\d\d|XX)$/.test(status)) ?? '200';
  return {
    ok: true,
    contract: {
      request: standalone(jsonSchemaOf(member(operation, 'requestBody')), schemas ?? {}),
      response: standalone(jsonSchemaOf(member(responses, success)), schemas ?? {}),
    },
  };
}

function jsonSchemaOf(holder: JsonObject | undefined): JsonObject | undefined {
  return member(member(member(holder, 'content'), 'application/json'), 'schema');
}

/** FastAPI publishes an empty schema for a function without a model, which is not a contract. */
function standalone(schema: JsonObject | undefined, schemas: JsonObject): JsonObject | null {
  if (schema === undefined || Object.keys(schema).length === 0) return null;
  const root = rootOf(schema, schemas);
  const names = new Set<string>();
  const pending: JsonValue[] = [root];
  for (const value of pending) {
    for (const name of referencedModels(value)) {
      const definition = member(schemas, name);
      if (definition === undefined || names.has(name)) continue;
      names.add(name);
      pending.push(definition);
    }
  }
  const own = withLocalRefs(root);
  if (names.size === 0 || !isJsonObject(own)) return isJsonObject(own) ? own : null;
  const defs = [...names].map((name) => [name, withLocalRefs(member(schemas, name) ?? {})]);
  return { ...own, $defs: Object.fromEntries(defs) };
}

function rootOf(schema: JsonObject, schemas: JsonObject): JsonObject {
  const { $ref: ref, ...others } = schema;
  if (typeof ref !== 'string' || !ref.startsWith(components) || Object.keys(others).length > 0) return schema;
  return member(schemas, ref.slice(components.length)) ?? schema;
}

/** The models that a value refers to, at any depth. */
function referencedModels(value: JsonValue): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, JsonValue]) =>
    key === '$ref' && typeof child === 'string' && child.startsWith(components)
      ? [child.slice(components.length)]
      : referencedModels(child),
  );
}

/** The value with its references rewritten to `$defs`. */
function withLocalRefs(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withLocalRefs);
  return Object.fromEntries(
    Object.entries(value).map(([key, child]: [string, JsonValue]) => [
      key,
      key === '$ref' && typeof child === 'string' && child.startsWith(components)
        ? definitions + child.slice(components.length)
        : withLocalRefs(child),
    ]),
  );
}

function member(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
  return isJsonObject(value) ? value : undefined;
}
