import { expect, test } from 'vitest';
import { auditSteps } from '../../../../src/dynamic/registry/audit/audit.ts';
import { snapshotOf, verdictOf } from '../rows.ts';

const rows = 4_000;
const { entries } = snapshotOf(
  '1',
  Array.from({ length: rows }, (_, index) => {
    const slug = `row-${String(index).padStart(6, '0')}`;
    return verdictOf(slug, { modal_function_name: slug });
  }),
);

test('no step of an audit goes through all rows', () => {
  let reads = 0;
  const counted = entries.map((entry) => ({
    ...entry,
    get slug() {
      reads += 1;
      return entry.slug;
    },
  }));
  const most = { reads: 0 };
  const steps = auditSteps(counted);
  for (;;) {
    reads = 0;
    const step = steps.next();
    most.reads = Math.max(most.reads, reads);
    if (step.done === true) break;
  }
  expect(most.reads).toBeGreaterThan(0);
  expect(most.reads).toBeLessThan(rows / 4);
});
