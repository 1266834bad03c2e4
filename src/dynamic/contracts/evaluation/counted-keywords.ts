import { _, type Ajv2020, type Code, type KeywordCxt } from 'ajv/dist/2020.js';
import { type EvaluationBudget, schemaCost } from './evaluation-budget.ts';
import { extendKeyword } from './own-keywords.ts';

/** The cost of a keyword at one value, beyond 1: for those whose work multiplies, by depth or by the number of items. */
const costs: Readonly<Record<string, (cxt: KeywordCxt) => Code | number>> = {
  $ref: () => schemaCost,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  properties: ({ schema }) => sizeOf(schema),
  dependentSchemas: ({ schema }) => sizeOf(schema),
  dependentRequired: ({ schema }) => sizeOf(schema),
  patternProperties: ({ schema, data }) => _`${sizeOf(schema) * schemaCost} * Object.keys(${data}).length`,
};

/** Makes the validators that Ajv compiles spend their budget as they go. */
export function countCosts(ajv: Ajv2020, { spend }: EvaluationBudget): void {
  for (const [keyword, costOf] of Object.entries(costs)) {
    extendKeyword(ajv, keyword, (cxt) => {
      cxt.gen.code(_`${cxt.gen.scopeValue('func', { ref: spend })}(${costOf(cxt)})`);
    });
  }
}

function schemas({ schema }: KeywordCxt): number {
  return sizeOf(schema) * schemaCost;
}

function sizeOf(schema: unknown): number {
  return typeof schema === 'object' && schema !== null ? Object.keys(schema).length : 0;
}
