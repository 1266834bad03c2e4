import { _, type Ajv2020, type Code, type KeywordCxt } from 'ajv/dist/2020.js';
import { alter } from './own-keywords.ts';
import { type Steps, stepsOfSchema } from './evaluation-budget.ts';

/** What judging by a keyword takes at one value, beyond one step: those that multiply, by depth or by items. */
const counted: Readonly<Record<string, (cxt: KeywordCxt) => Code | number>> = {
  $ref: () => stepsOfSchema,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  properties: ({ schema }) => sizeOf(schema),
  dependentSchemas: ({ schema }) => sizeOf(schema),
  dependentRequired: ({ schema }) => sizeOf(schema),
  patternProperties: ({ schema, data }) => _`${sizeOf(schema) * stepsOfSchema} * Object.keys(${data}).length`,
};

/** Has validators spend steps as they go. */
export function countSteps(ajv: Ajv2020, { spend }: Steps): void {
  for (const [keyword, stepsOf] of Object.entries(counted)) {
    alter(ajv, keyword, (cxt) => {
      cxt.gen.code(_`${cxt.gen.scopeValue('func', { ref: spend })}(${stepsOf(cxt)})`);
    });
  }
}

function schemas({ schema }: KeywordCxt): number {
  return sizeOf(schema) * stepsOfSchema;
}

function sizeOf(schema: unknown): number {
  return typeof schema === 'object' && schema !== null ? Object.keys(schema).length : 0;
}
