import type { JsonObject, JsonValue } from '../../json-schema/json.ts';

/**
 * An object with each member as `change` gives it, less those that it gives nothing for. The object itself where all stay
 * as they are, as nearly always: with a copy of each, 10,000 rows whose contracts have a reference take 1.5 times as long.
 */
export function mapMembers(
  object: JsonObject,
  change: (value: JsonValue, name: string) => JsonValue | undefined,
): JsonObject {
  const members = Object.entries(object);
  let changed: [string, JsonValue][] | undefined;
  for (const [index, [name, before]] of members.entries()) {
    const after = change(before, name);
    if (changed === undefined) {
      if (after === before) continue;
      changed = members.slice(0, index);
    }
    if (after !== undefined) changed.push([name, after]);
  }
  return changed === undefined ? object : Object.fromEntries(changed);
}

/** The same for the items of a list, all of which stay. */
export function mapItems(
  items: readonly JsonValue[],
  change: (item: JsonValue, index: number) => JsonValue,
): readonly JsonValue[] {
  const changed = items.map(change);
  return changed.every((item, index) => item === items[index]) ? items : changed;
}
