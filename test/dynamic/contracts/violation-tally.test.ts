import { expect, test } from 'vitest';
import { createFaultTally } from '../../../src/dynamic/contracts/violation-tally.ts';

const names: ReadonlySet<string> = new Set(['a']);
const at = new Date(0);
const fault = (pointer: string) => ({ pointer, expected: 'text' });

test('faults are counted by place, list items and unknown names as one', () => {
  const tally = createFaultTally(() => at);
  const contract = { slug: 'w', schema: {}, names };
  tally.add(contract, [fault('/a/0'), fault('/a/1'), fault('/secret~1name')]);
  tally.add(contract, [fault('/a/7')]);
  expect(tally.list()).toEqual([
    {
      slug: 'w',
      count: 2,
      lastSeenAt: at,
      places: [
        { ...fault('/a/*'), count: 2, lastSeenAt: at },
        { ...fault('/*'), count: 1, lastSeenAt: at },
      ],
    },
  ]);
});

test('faults take bounded memory, however many workflows and places there are', () => {
  const tally = createFaultTally(() => at);
  const schema = {};
  for (let index = 0; index < 500; index += 1) {
    const own = new Set([`n${index}`]);
    tally.add({ slug: `w${index}`, schema: {}, names: own }, []);
    tally.add({ slug: 'busy', schema, names: own }, [fault(`/n${index}`)]);
  }
  expect(tally.list()).toHaveLength(200);
  expect(tally.list().find(({ slug }) => slug === 'busy')).toMatchObject({ count: 500 });
  expect(tally.list().find(({ slug }) => slug === 'busy')?.places).toHaveLength(20);
});
