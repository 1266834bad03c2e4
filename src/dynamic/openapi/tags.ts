import type { JsonObject, JsonValue } from '../../json-schema/json.ts';
import { runPrefix } from '../../schemas/run-prefix.ts';

/** The tag under which the docs page lists the workflows: /docs#/run opens it. */
export const runTag = 'run';

/** What a route is about: the first segment of its path after /run. A row's `entity_type` may be missing; this never is. */
export function entityOf(path: string): string {
  const end = path.indexOf('/', runPrefix.length);
  return path.slice(runPrefix.length, end === -1 ? undefined : end);
}

/** The tags of a row's operation: all workflows are under `run`, and each under its entity. */
export function tagsOf(path: string): readonly string[] {
  const entity = entityOf(path);
  return entity === runTag ? [runTag] : [runTag, entity];
}

/**
 * The form that names of entities should have; others are listed after these, so that `--` is not the first that a reader
 * sees.
 */
const plainName = /^[a-z][a-z0-9-]*$/;

/**
 * The tags that a document uses, each once: `run`, the entities by name, the fixed routes' in their order. If an entity has
 * the name of a fixed route's tag, they share it.
 */
export function tagEntries(entities: ReadonlySet<string>, fixedTags: readonly JsonObject[]): JsonValue {
  const entries = new Map<JsonValue | undefined, JsonObject>();
  if (entities.size > 0) entries.set(runTag, runTagEntry);
  for (const name of plainNamesFirst(entities)) {
    if (name !== runTag) entries.set(name, { name, description: `The workflows under /run/${name}.` });
  }
  for (const entry of fixedTags) entries.set(entry['name'], entry);
  return [...entries.values()];
}

/** Names in order, with those that entities should not have at the end. */
export function plainNamesFirst(names: Iterable<string>): readonly string[] {
  const isOdd = (name: string): number => (plainName.test(name) ? 0 : 1);
  return [...names].toSorted().toSorted((a, b) => isOdd(a) - isOdd(b));
}

const runTagEntry: JsonObject = {
  name: runTag,
  description:
    'The workflows: one operation for each mounted row of the registry. An error of the function itself reaches the caller unchanged, with whatever status it has. The errors that Rowgate itself returns are explained at [/errors](/errors).',
};
