import { expect, test } from 'vitest';
import { createFunctionFinder } from '../../src/modal/find-function.ts';
import { modalLabel } from '../../src/modal/label.ts';

const app = 'demodata--hq-master-data-imports-';
const long = 'ingest-company-customers-structured';
const find = createFunctionFinder(new Set(['company', 'ingest-company', long, `${long}-as-a-list`]));

test.each([
  ['the function that a label ends in', 'ingest-company'],
  ['the longest name where several end alike', 'company'],
  ['a cut label by its hash', long],
  ['cut labels that are equal up to the cut', `${long}-as-a-list`],
])('finds %s: %s', (_, name) => {
  expect(find(modalLabel(app, name))).toBe(name);
  expect(find(modalLabel('w-staging--app-', name))).toBe(name);
});

test.each([modalLabel(app, 'other'), modalLabel(app, `${long}-and-more`), 'company', '', '--'])(
  'finds no function of %j',
  (label) => {
    expect(find(label)).toBeUndefined();
  },
);
