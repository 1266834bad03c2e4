import { isJsonObject, type JsonObject, type JsonValue } from '../json-schema/json.ts';

/** The contract that a function publishes of one operation; null where it says nothing of a side. */
export type PublishedContract = Readonly<{ request: JsonObject | null; response: JsonObject | null }>;

export type ReadContract =
  | Readonly<{ ok: true; contract: PublishedContract }>
  | Readonly<{ ok: false; why: string }>;

const components = '#/components/schemas/';
const definitions = '#/$defs/';

/**
 * Takes the request and the response schema of an operation out of the OpenAPI 3.1 document that FastAPI makes. Each stands
 * by itself: what it refers to is in its own `$defs`, recursion included, and where its root only refers, it is that model.
 *
 * @param path of the function, `/` normally.
 */
export function publishedContract(document: unknown, method: string, path: string): ReadContract {
  if (!isJsonObject(document) || !isJsonObject(document['paths'])) {
    return { ok: false, why: 'what it publishes is no OpenAPI document' };
  }
  const operation = member(member(document['paths'], path), method.toLowerCase());
  if (operation === undefined) {
    const known = Object.entries(document['paths']).flatMap(([at, item]) =>
      isJsonObject(item) ? Object.keys(item).map((verb) => `${verb.toUpperCase()} ${at}`) : [],
    );
    return { ok: false, why: `its document has no ${method} ${path}, only ${known.slice(0, 5).join(', ')}` };
  }
  const schemas = member(member(document, 'components'), 'schemas');
  const answers = member(operation, 'responses');
  const success = Object.keys(answers ?? {}).find((status) => /^2(?:\d\d|XX)$/.test(status)) ?? '200';
  return {
    ok: true,
    contract: {
      request: standalone(jsonSchemaOf(member(operation, 'requestBody')), schemas ?? {}),
      response: standalone(jsonSchemaOf(member(answers, success)), schemas ?? {}),
    },
  };
}

function jsonSchemaOf(holder: JsonObject | undefined): JsonObject | undefined {
  return member(member(member(holder, 'content'), 'application/json'), 'schema');
}

/** An empty schema is what FastAPI publishes of a function that declares no model: no contract. */
function standalone(schema: JsonObject | undefined, schemas: JsonObject): JsonObject | null {
  if (schema === undefined || Object.keys(schema).length === 0) return null;
  const root = rootOf(schema, schemas);
  const names = new Set<string>();
  const pending: JsonValue[] = [root];
  for (const value of pending) {
    for (const name of referredTo(value)) {
      const definition = member(schemas, name);
      if (definition === undefined || names.has(name)) continue;
      names.add(name);
      pending.push(definition);
    }
  }
  const own = localised(root);
  if (names.size === 0 || !isJsonObject(own)) return isJsonObject(own) ? own : null;
  const defs = [...names].map((name) => [name, localised(member(schemas, name) ?? {})]);
  return { ...own, $defs: Object.fromEntries(defs) };
}

function rootOf(schema: JsonObject, schemas: JsonObject): JsonObject {
  const { $ref: ref, ...others } = schema;
  if (typeof ref !== 'string' || !ref.startsWith(components) || Object.keys(others).length > 0) return schema;
  return member(schemas, ref.slice(components.length)) ?? schema;
}

/** The models that a value refers to, however deep. */
function referredTo(value: JsonValue): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, JsonValue]) =>
    key === '$ref' && typeof child === 'string' && child.startsWith(components)
      ? [child.slice(components.length)]
      : referredTo(child),
  );
}

/** The value with its references leading into `$defs`. */
function localised(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(localised);
  return Object.fromEntries(
    Object.entries(value).map(([key, child]: [string, JsonValue]) => [
      key,
      key === '$ref' && typeof child === 'string' && child.startsWith(components)
        ? definitions + child.slice(components.length)
        : localised(child),
    ]),
  );
}

function member(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
  return isJsonObject(value) ? value : undefined;
}
