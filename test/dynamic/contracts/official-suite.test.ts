import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Contract, createContract } from '../../../src/dynamic/contracts/contract.ts';
import { searchFaults } from '../../../src/dynamic/contracts/messages/failure-search.ts';
import { plainSchema } from '../../../src/dynamic/contracts/evaluation/normalized-schema.ts';
import { createValidator } from '../../../src/dynamic/contracts/evaluation/validator.ts';
import { parseContract } from '../../../src/schemas/contract.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json-schema/json.ts';
import { passes, refusals } from './official-differences.ts';
import { officialSuiteMissing, type SuiteGroup, suiteFiles, suiteGroups } from './official-suite.ts';

const why = officialSuiteMissing === null ? '' : ` (skipped: ${officialSuiteMissing})`;

/** How a group is judged otherwise than the suite wants: refused as a contract, or its cases judged differently. */
function differencesOf({ description, schema, tests }: SuiteGroup): readonly string[] {
  const contract = parseContract(schema, 'request_schema');
  if (!contract.ok) {
    const message = contract.reasons.map((reason) => reason.message).join(' ');
    const words = refusals.find((refusal) => message.includes(refusal.words))?.words ?? message;
    return [`${description}: refused: ${words}`];
  }
  if (contract.value === null) return [`${description}: taken for no contract`];
  const judge = createContract(contract.value);
  return tests
    .filter(({ data, valid }) => isTaken(judge, data) !== valid)
    .map((each) => `${description}: ${each.description}: ${each.valid ? 'refused' : 'passes'}`);
}

function isTaken({ faultsIn }: Contract, data: JsonValue): boolean {
  return faultsIn(data, JSON.stringify(data).length).length === 0;
}

function hasFaults(schema: JsonObject, data: JsonValue): boolean {
  return searchFaults(plainSchema(schema), data, { steps: Infinity, failures: 1 }).length > 0;
}

function isValid(schema: JsonObject, data: JsonValue): boolean {
  return createValidator(plainSchema(schema))(data, 1) === null;
}

function statedOf(file: string): readonly string[] {
  return [
    ...refusals.flatMap(({ words, groups }) =>
      (groups[file] ?? []).map((group) => `${group}: refused: ${words}`),
    ),
    ...passes.flatMap(({ cases }) => (cases[file] ?? []).map((each) => `${each}: passes`)),
  ];
}

describe.skipIf(officialSuiteMissing !== null)(
  `contracts are judged as JSON Schema’s own tests want, but for what is stated${why}`,
  () => {
    test.each(suiteFiles())('%s', (file) => {
      const found = suiteGroups(file).flatMap(differencesOf);
      expect(found.toSorted()).toEqual(statedOf(file).toSorted());
    });

    test('the search for faults agrees with the verdict, but for what Ajv alone judges', () => {
      const isSearched = (schema: JsonValue) => !/"(unevaluated|__proto__)/.test(JSON.stringify(schema));
      const disagreeing = suiteFiles()
        .flatMap(suiteGroups)
        .filter(({ schema }) => parseContract(schema, 'request_schema').ok && isSearched(schema))
        .flatMap(({ schema, description, tests }) =>
          tests
            .filter(({ data }) => isJsonObject(schema) && hasFaults(schema, data) === isValid(schema, data))
            .map((each) => `${description}: ${each.description}`),
        );
      expect(disagreeing).toEqual([]);
    });

    test('what is stated is of files that there are', () => {
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
        `Of ${all} cases ${all - refused - passing} are judged as the suite wants, ${passing} pass that it calls invalid, ${refused} are`,
      );
    });
  },
);
