import { expect, test } from 'vitest';
import { createViolationTally } from '../../../src/dynamic/contracts/violation-tally.ts';

const names: ReadonlySet<string> = new Set(['a']);
const at = new Date(0);
const violation = (pointer: string) => ({ pointer, expected: 'text' });

test('violations are counted by place, list items and unknown names as one', () => {
  const tally = createViolationTally(() => at);
  const contract = { slug: 'w', schema: {}, names };
  tally.add(contract, [violation('/a/0'), violation('/a/1'), violation('/secret~1name')]);
  tally.add(contract, [violation('/a/7')]);
  expect(tally.list()).toEqual([
    {
      slug: 'w',
      count: 2,
      lastSeenAt: at,
      places: [
        { ...violation('/a/*'), count: 2, lastSeenAt: at },
        { ...violation('/*'), count: 1, lastSeenAt: at },
      ],
    },
  ]);
});

test('violations take bounded memory, however many workflows and places there are', () => {
  const tally = createViolationTally(() => at);
  const schema = {};
  for (let index = 0; index < 500; index += 1) {
    const own = new Set([`n${index}`]);
    tally.add({ slug: `w${index}`, schema: {}, names: own }, []);
    tally.add({ slug: 'busy', schema, names: own }, [violation(`/n${index}`)]);
  }
  expect(tally.list()).toHaveLength(200);
  expect(tally.list().find(({ slug }) => slug === 'busy')).toMatchObject({ count: 500 });
  expect(tally.list().find(({ slug }) => slug === 'busy')?.places).toHaveLength(20);
});
