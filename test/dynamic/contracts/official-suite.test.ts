import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Contract, createContract } from '../../../src/dynamic/contracts/compiled-contract.ts';
import { searchFailures } from '../../../src/dynamic/contracts/messages/failure-search.ts';
import { normalizedSchema } from '../../../src/dynamic/contracts/evaluation/normalized-schema.ts';
import { createValidator } from '../../../src/dynamic/contracts/evaluation/validator.ts';
import { parseContract } from '../../../src/schemas/columns/contract.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json-schema/json.ts';
import { passes, refusals } from './official-differences.ts';
import { officialSuiteMissing, type SuiteGroup, suiteFiles, suiteGroups } from './official-suite.ts';

const why = officialSuiteMissing === null ? '' : ` (skipped: ${officialSuiteMissing})`;

/** How the verdicts on a group differ from the suite: refused as a contract, or other verdicts on its cases. */
function differencesOf({ description, schema, tests }: SuiteGroup): readonly string[] {
  const contract = parseContract(schema, 'request_schema');
  if (!contract.ok) {
    const message = contract.reasons.map((reason) => reason.message).join(' ');
    const reason = refusals.find((refusal) => message.includes(refusal.reason))?.reason ?? message;
    return [`${description}: refused: ${reason}`];
  }
  if (contract.value === null) return [`${description}: read as no contract`];
  const compiled = createContract(contract.value);
  return tests
    .filter(({ data, valid }) => isAccepted(compiled, data) !== valid)
    .map((each) => `${description}: ${each.description}: ${each.valid ? 'refused' : 'passes'}`);
}

function isAccepted({ violationsIn }: Contract, data: JsonValue): boolean {
  return violationsIn(data, JSON.stringify(data).length).length === 0;
}

function hasFailures(schema: JsonObject, data: JsonValue): boolean {
  return searchFailures(normalizedSchema(schema), data, { budget: Infinity, failures: 1 }).length > 0;
}

function isValid(schema: JsonObject, data: JsonValue): boolean {
  return createValidator(normalizedSchema(schema))(data, 1) === null;
}

function statedOf(file: string): readonly string[] {
  return [
    ...refusals.flatMap(({ reason, groups }) =>
      (groups[file] ?? []).map((group) => `${group}: refused: ${reason}`),
    ),
    ...passes.flatMap(({ cases }) => (cases[file] ?? []).map((each) => `${each}: passes`)),
  ];
}

describe.skipIf(officialSuiteMissing !== null)(
  `verdicts agree with JSON Schema’s own tests, except where stated${why}`,
  () => {
    test.each(suiteFiles())('%s', (file) => {
      const found = suiteGroups(file).flatMap(differencesOf);
      expect(found.toSorted()).toEqual(statedOf(file).toSorted());
    });

    test('the search for failures agrees with the verdict, except for what only Ajv evaluates', () => {
      const isSearched = (schema: JsonValue) => !/"(unevaluated|__proto__)/.test(JSON.stringify(schema));
      const disagreeing = suiteFiles()
        .flatMap(suiteGroups)
        .filter(({ schema }) => parseContract(schema, 'request_schema').ok && isSearched(schema))
        .flatMap(({ schema, description, tests }) =>
          tests
            .filter(({ data }) => isJsonObject(schema) && hasFailures(schema, data) === isValid(schema, data))
            .map((each) => `${description}: ${each.description}`),
        );
      expect(disagreeing).toEqual([]);
    });

    test('what is stated is about files that exist', () => {
      const named = [...refusals.map(({ groups }) => groups), ...passes.map(({ cases }) => cases)];
      expect(suiteFiles()).toEqual(expect.arrayContaining(named.flatMap(Object.keys)));
    });

    test('the figures in decision 9 are of this suite', () => {
      const groups = suiteFiles().flatMap((file) => suiteGroups(file).map((group) => ({ file, ...group })));
      const isRefused = ({ file, description }: (typeof groups)[number]) =>
        refusals.some((refusal) => refusal.groups[file]?.includes(description));
      const casesOf = (some: typeof groups) => some.reduce((sum, { tests }) => sum + tests.length, 0);
      const passing = passes.flatMap(({ cases }) => Object.values(cases).flat()).length;
      const [all, refused] = [casesOf(groups), casesOf(groups.filter(isRefused))];
      const decision = readFileSync('docs/decisions/0009-contracts.md', 'utf8').replace(/\s+/g, ' ');
      expect(decision).toContain(
        `Of ${all} cases ${all - refused - passing} are validated as the suite wants, ${passing} pass that it calls invalid, ${refused} are`,
      );
    });
  },
);
