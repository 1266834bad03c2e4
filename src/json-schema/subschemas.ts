import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** A schema directly within another one. */
export type Subschema = Readonly<{
  schema: JsonObject;
  /**
   * What it judges of the data: `''` the same value, `/name` a member, `/*` members or items that are not named; null where
   * it judges nothing by itself, as a definition.
   */
  place: string | null;
}>;

/** The applicators of JSON Schema 2020-12 (core, section 10, and unevaluated, section 11), by what they hold. */
const applicators: Readonly<
  Record<string, Readonly<{ holds: 'one' | 'list' | 'map'; place: string | null }>>
> = {
  allOf: { holds: 'list', place: '' },
  anyOf: { holds: 'list', place: '' },
  oneOf: { holds: 'list', place: '' },
  not: { holds: 'one', place: '' },
  if: { holds: 'one', place: '' },
  // oxlint-disable-next-line unicorn/no-thenable -- the keyword is called so
  then: { holds: 'one', place: '' },
  else: { holds: 'one', place: '' },
  dependentSchemas: { holds: 'map', place: '' },
  // Of drafts before 2019-09: lists of names, which are not schemas, and schemas.
  dependencies: { holds: 'map', place: '' },
  properties: { holds: 'map', place: '/' },
  patternProperties: { holds: 'map', place: '/*' },
  additionalProperties: { holds: 'one', place: '/*' },
  propertyNames: { holds: 'one', place: '/*' },
  unevaluatedProperties: { holds: 'one', place: '/*' },
  items: { holds: 'one', place: '/*' },
  prefixItems: { holds: 'list', place: '/' },
  contains: { holds: 'one', place: '/*' },
  unevaluatedItems: { holds: 'one', place: '/*' },
  $defs: { holds: 'map', place: null },
  definitions: { holds: 'map', place: null },
};

/** The schemas directly within a schema. What is data (default, enum, const, examples) is not looked into. */
export function subschemasOf(schema: JsonObject): readonly Subschema[] {
  const found: Subschema[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    const applicator = Object.hasOwn(applicators, keyword) ? applicators[keyword] : undefined;
    if (applicator === undefined) continue;
    for (const [name, child] of childrenOf(value, applicator.holds)) {
      if (!isJsonObject(child)) continue;
      found.push({ schema: child, place: applicator.place === '/' ? `/${name}` : applicator.place });
    }
  }
  return found;
}

/** What of a schema judges by other schemas, with each of those changed; definitions and all other keywords are left out. */
export function mapSubschemas(schema: JsonObject, change: (child: JsonObject) => JsonValue): JsonObject {
  const changed = (child: JsonValue): JsonValue => (isJsonObject(child) ? change(child) : child);
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]): [string, JsonValue][] => {
      const applicator = Object.hasOwn(applicators, keyword) ? applicators[keyword] : undefined;
      if (applicator === undefined || applicator.place === null) return [];
      if (applicator.holds === 'one') return [[keyword, changed(value)]];
      if (Array.isArray(value)) return [[keyword, value.map(changed)]];
      if (!isJsonObject(value)) return [];
      return [
        [keyword, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, changed(each)]))],
      ];
    }),
  );
}

function childrenOf(
  value: JsonValue,
  holds: 'one' | 'list' | 'map',
): readonly (readonly [string, JsonValue])[] {
  if (holds === 'one') return [['', value]];
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** The schema against which references within `schema` are resolved: itself where it has an `$id`, else that around it. */
export function baseOf(schema: JsonObject, around: JsonObject): JsonObject {
  return typeof schema['$id'] === 'string' ? schema : around;
}

/** What a `$ref` within a schema leads to: `#`, `#/a/json/pointer` or `#anchor`; undefined where it leads nowhere. */
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

/** RFC 6901 sections 3 and 6: first the URI fragment's encoding, then the pointer's own. */
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
