import { isJsonObject, type JsonObject } from '../../../json-schema/json.ts';
import { textsOf } from '../../../json-schema/lists.ts';
import { memberCost, type Spend } from './evaluation-budget.ts';

/**
 * How fields of pydantic models are named (PEP 8; one that begins with an underscore is a private attribute). A member with any
 * other name is published under an alias.
 */
const fieldName = /^[a-z][a-z0-9_]*$/;
/** The keywords of Python, which cannot be names of fields. */
const reserved: ReadonlySet<string> = new Set(
  `and as assert async await break class continue def del elif else except finally for from global if import in is lambda
  nonlocal not or pass raise return try while with yield`.split(/\s+/),
);

/** Whether a member of an object can be read as a member of this name. */
export type FitsMember = (name: string, value: JsonObject[string]) => boolean;

/**
 * Renames members that were sent under the name of their field to the alias that the contract publishes: `company_name` to
 * `companyName`. A model with `populate_by_name` accepts both, but publishes only the alias. Field names are recognized by
 * their style; a required alias that resembles none of them (`from`, `@type`) gets the first member that fits it.
 *
 * @returns the object itself if nothing is renamed.
 * @throws BudgetExceeded
 */
export function withAliases(
  schema: JsonObject,
  members: JsonObject,
  fits: FitsMember,
  spend: Spend,
): JsonObject {
  const { properties, required } = schema;
  if (!isJsonObject(properties)) return members;
  const aliases = Object.keys(properties).filter((name) => isAlias(name) && !Object.hasOwn(members, name));
  if (aliases.length === 0) return members;
  const fields = new Set(
    Object.keys(members).filter((name) => fieldName.test(name) && !Object.hasOwn(properties, name)),
  );
  if (fields.size === 0) return members;
  const renamed = new Map<string, string>();
  const byLetters = new Map<string, string>();
  for (const field of fields) {
    spend(memberCost);
    byLetters.set(lettersOf(field), field);
  }
  const missing = new Set(textsOf(required));
  const rename = (alias: string, find: () => string | undefined): void => {
    const field = find();
    if (field === undefined || !fields.delete(field)) return;
    renamed.set(field, alias);
    missing.delete(alias);
  };
  for (const alias of aliases) rename(alias, () => byLetters.get(lettersOf(alias)));
  for (const alias of aliases.filter((name) => missing.has(name))) {
    rename(alias, () => fields.values().find((field) => fits(alias, members[field] ?? null)));
  }
  if (renamed.size === 0) return members;
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [renamed.get(name) ?? name, value]),
  );
}

function isAlias(name: string): boolean {
  return !fieldName.test(name) || reserved.has(name);
}

/** `companyName`, `CompanyName`, `company-name` and `company_name` have the same letters. */
function lettersOf(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9]/g, '').toLowerCase();
}
