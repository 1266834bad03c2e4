import { isJsonObject, type JsonObject, type JsonValue } from '../../json-schema/json.ts';
import { subschemasOf } from '../../json-schema/subschemas.ts';
import { textsOf } from './evaluation/part-schemas.ts';
import { type DefaultMembers, defaultMembersOf, withoutDefaulted } from './default-members.ts';
import { faultsOf } from './messages/violations.ts';
import type { Fault } from './messages/validation-messages.ts';
import { laxly } from './evaluation/lax-values.ts';
import { plainSchema } from './evaluation/normalized-schema.ts';
import { createSteps, stepsFor } from './evaluation/evaluation-budget.ts';
import { createValidator } from './evaluation/validator.ts';

/** A contract column ready for use. */
export type Contract = Readonly<{
  /**
   * What is wrong with a value, nothing where it is as the contract wants it.
   *
   * @throws TooManySteps for a value that takes more of them than its size in bytes allows.
   */
  faultsIn: (value: JsonValue, size: number) => readonly Fault[];
  /** The same where what FastAPI's lax mode takes is fine too. */
  laxFaultsIn: (value: JsonValue, size: number) => readonly Fault[];
  defaults: DefaultMembers;
  /** Every member that the contract names, anywhere: what may be told of a value. */
  names: ReadonlySet<string>;
}>;

/**
 * Compiles a contract column that was found good.
 *
 * @throws Error for what only compiling can tell.
 */
export function createContract(column: JsonObject): Contract {
  const schema = plainSchema(column);
  const defaults = defaultMembersOf(schema);
  const checked = withoutDefaulted(schema, defaults);
  const stopOf = createValidator(checked);
  const steps = createSteps();
  const faultsIn = (value: JsonValue, size: number): readonly Fault[] => {
    const stop = stopOf(value, size);
    return stop === null ? [] : faultsOf(checked, value, stop);
  };
  return {
    faultsIn,
    laxFaultsIn: (value, size) => {
      if (stopOf(value, size) === null) return [];
      steps.refill(stepsFor(size));
      return faultsIn(laxly(checked, value, steps), size);
    },
    defaults,
    names: namesIn(schema),
  };
}

function namesIn(root: JsonObject): ReadonlySet<string> {
  const names = new Set<string>();
  const schemas = [root];
  for (const schema of schemas) {
    const { properties, required, dependentRequired } = schema;
    const dependent = isJsonObject(dependentRequired) ? Object.entries(dependentRequired) : [];
    const told = [
      ...(isJsonObject(properties) ? Object.keys(properties) : []),
      ...textsOf(required),
      ...dependent.flatMap(([name, others]) => [name, ...textsOf(others)]),
    ];
    for (const name of told) names.add(name);
    schemas.push(...subschemasOf(schema).map((child) => child.schema));
  }
  return names;
}
