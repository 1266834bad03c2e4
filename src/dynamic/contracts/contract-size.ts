import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { textsOf } from '../../json-schema/lists.ts';
import { subschemasOf } from '../../json-schema/subschemas.ts';

/**
 * The largest contract that is compiled on the event loop, in schemas and patterns: 4 to 10 ms of CPU time at 100, such as 33
 * members that may be null; the largest of the demo registry has 33. One with 1,000 takes a second.
 */
const maxLoopSize = 100;

/** A pattern counts as two schemas: the first body against 45 of them took 23 ms of CPU time. */
const patternCost = 2;

/** Whether a contract takes so long to compile that only worker threads do it. */
export function isLarge(contract: JsonObject): boolean {
  let size = 0;
  for (const schema of schemasIn(contract)) {
    const { pattern, patternProperties } = schema;
    const patterns = isJsonObject(patternProperties) ? Object.keys(patternProperties).length : 0;
    size += 1 + patternCost * (patterns + (pattern === undefined ? 0 : 1));
    if (size > maxLoopSize) return true;
  }
  return false;
}

const namesOf = new WeakMap<JsonObject, ReadonlySet<string>>();

/** Returns the names of all members in a contract: the only names in a value that may be reported. */
export function namesIn(contract: JsonObject): ReadonlySet<string> {
  const names = namesOf.get(contract) ?? collectNames(contract);
  namesOf.set(contract, names);
  return names;
}

function collectNames(contract: JsonObject): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { properties, required, dependentRequired, dependencies } of schemasIn(contract)) {
    const dependent = [dependentRequired, dependencies]
      .filter(isJsonObject)
      .flatMap(Object.entries<JsonValue>);
    const named = [
      ...(isJsonObject(properties) ? Object.keys(properties) : []),
      ...textsOf(required),
      ...dependent.flatMap(([name, others]) => [name, ...textsOf(others)]),
    ];
    for (const name of named) names.add(name);
  }
  return names;
}

function* schemasIn(contract: JsonObject): Generator<JsonObject> {
  const schemas = [contract];
  for (const schema of schemas) {
    yield schema;
    for (const { schema: child } of subschemasOf(schema)) schemas.push(child);
  }
}
