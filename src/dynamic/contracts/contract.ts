import { isJsonObject, type JsonObject, type JsonValue } from '../../schemas/json.ts';
import { refTarget, subschemasOf } from '../../schemas/subschemas.ts';
import { type DefaultMembers, defaultMembersOf } from './default-members.ts';
import { faultsOf } from './fault-list.ts';
import type { Fault } from './fault-words.ts';
import { laxly } from './lax-values.ts';
import { createValidator } from './validator.ts';

/** A contract column ready for use. */
export type Contract = Readonly<{
  /** What is wrong with a value, nothing where it is as the contract wants it. */
  faultsIn: (value: JsonValue, size: number) => readonly Fault[];
  /** The same where what FastAPI's lax mode takes is fine too. */
  laxFaultsIn: (value: JsonValue, size: number) => readonly Fault[];
  defaults: DefaultMembers;
  /** Every member that the contract names, anywhere: what may be told of a value. */
  names: ReadonlySet<string>;
}>;

/** Of larger values only the first fault is looked for: each item of a list may have one. */
const maxSearchedBytes = 64 * 1024;

/**
 * Compiles a contract column that was found good.
 *
 * @throws Error for what only compiling can tell.
 */
export function createContract(column: JsonObject): Contract {
  const schema = withRoot(column);
  const defaults = defaultMembersOf(schema);
  const checked = withoutRequired(schema, defaults);
  const validator = createValidator(checked);
  const faultsIn = (value: JsonValue, size: number): readonly Fault[] =>
    validator.isValid(value) ? [] : faultsOf(validator.errorsOf(value, size <= maxSearchedBytes));
  return {
    faultsIn,
    laxFaultsIn: (value, size) => (validator.isValid(value) ? [] : faultsIn(laxly(checked, value), size)),
    defaults,
    names: namesIn(schema),
  };
}

/** FastAPI publishes models as definitions: where the root is nothing but a reference, what it leads to is the root. */
function withRoot(column: JsonObject): JsonObject {
  const { $ref: ref, ...rest } = column;
  const target = typeof ref === 'string' ? refTarget(column, ref) : undefined;
  const isAlone = Object.keys(rest).every((keyword) =>
    ['$defs', 'definitions', '$schema', '$id'].includes(keyword),
  );
  return isJsonObject(target) && isAlone && !('$ref' in target) ? { ...rest, ...target } : column;
}

/** What has a default is never missing. */
function withoutRequired(schema: JsonObject, defaults: DefaultMembers): JsonObject {
  const { required } = schema;
  if (!Array.isArray(required) || defaults.size === 0) return schema;
  return { ...schema, required: required.filter((name) => !defaults.has(String(name))) };
}

function namesIn(root: JsonObject): ReadonlySet<string> {
  const names = new Set<string>();
  const schemas = [root];
  for (const schema of schemas) {
    const { properties } = schema;
    if (isJsonObject(properties)) for (const name of Object.keys(properties)) names.add(name);
    schemas.push(...subschemasOf(schema).map((child) => child.schema));
  }
  return names;
}
