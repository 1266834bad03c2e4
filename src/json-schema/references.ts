import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { subschemasOf } from './subschemas.ts';

/**
 * The schema against which references within `schema` are resolved: itself if it has an `$id`, otherwise the one around it.
 */
export function baseOf(schema: JsonObject, around: JsonObject): JsonObject {
  return typeof schema['$id'] === 'string' ? schema : around;
}

/** The references that a schema itself makes, static and dynamic ones. */
export function referencesOf({ $ref: ref, $dynamicRef: dynamicRef }: JsonObject): readonly string[] {
  if (ref === undefined && dynamicRef === undefined) return [];
  return [ref, dynamicRef].filter((each) => typeof each === 'string');
}

/** The target of a reference within a schema: `#`, `#/a/json/pointer` or `#anchor`; undefined if there is none. */
export function refTarget(root: JsonObject, ref: string): JsonValue | undefined {
  if (!ref.startsWith('#')) return undefined;
  if (ref !== '#' && !ref.startsWith('#/')) return anchored(root, ref.slice(1));
  let node: JsonValue | undefined = root;
  for (const token of ref.split('/').slice(1)) {
    node = memberOf(node, unescaped(token));
  }
  return node;
}

function memberOf(node: JsonValue | undefined, name: string): JsonValue | undefined {
  if (isJsonObject(node)) return Object.hasOwn(node, name) ? node[name] : undefined;
  const list: JsonValue = Array.isArray(node) ? node : [];
  return Array.isArray(list) && /^\d+$/.test(name) ? list[Number(name)] : undefined;
}

function anchored(schema: JsonObject, name: string): JsonObject | undefined {
  if (schema['$anchor'] === name || schema['$dynamicAnchor'] === name) return schema;
  for (const child of subschemasOf(schema)) {
    const found = anchored(child.schema, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** RFC 6901 sections 3 and 6: first the encoding of the URI fragment, then that of the pointer. */
function unescaped(token: string): string {
  const text = /%(?![0-9a-f]{2})/i.test(token) ? token : safelyDecoded(token);
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
