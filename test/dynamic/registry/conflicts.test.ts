import { describe, expect, test } from 'vitest';
import { settleConflicts as settleInSteps } from '../../../src/dynamic/registry/conflicts.ts';
import { validatedRow } from '../../../src/dynamic/registry/validated-row.ts';
import { atOnce } from '../../../src/live/cooperative-task.ts';
import type { RowVerdict } from '../../../src/schemas/parse-row.ts';
import { permutations, verdictOf } from './rows.ts';

const settleConflicts = (verdicts: readonly RowVerdict[]) => {
  const rows = verdicts.map((verdict, index) => validatedRow(`hash-${index}`, verdict));
  return atOnce(settleInSteps(rows)).entries;
};

const path = '/run/a/b/c/d';
const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
const claiming = (slug: string, day: number | null, over = {}) =>
  verdictOf(slug, { api_endpoint_url: path, created_at: day === null ? null : at(day), ...over });

/** Which functions are served after conflicts are settled, in each order of the rows: one result where all agree. */
function winners(verdicts: readonly RowVerdict[]): readonly string[] {
  const served = permutations(verdicts).map((order) =>
    settleConflicts(order)
      .flatMap(({ definition }) => (definition === null ? [] : [definition.functionUrl.host]))
      .toSorted()
      .join(' '),
  );
  return [...new Set(served)];
}

describe('of rows that claim one path', () => {
  test.each([['infinity'], ['12026-01-01'], ['whenever']])(
    'one whose created_at is %s comes last',
    (createdAt) => {
      const thief = claiming('a', null, { created_at: createdAt });
      expect(winners([thief, claiming('b', 2)])).toEqual(['demodata--app-b.modal.run']);
    },
  );

  test.each([
    ['the earliest', [claiming('z', 1), claiming('a', 2), claiming('b', 3)], 'z'],
    ['of one moment, the smallest slug', [claiming('c', 1), claiming('a', 1), claiming('b', 1)], 'a'],
    ['one without created_at, the oldest of all', [claiming('a', 1), claiming('z', null)], 'z'],
    ['of several without created_at, the smallest slug', [claiming('b', null), claiming('a', null)], 'a'],
    ['the one whose slug is smaller in code units', [claiming('a', 1), claiming('B', 1)], 'B'],
  ])('%s keeps it, whatever the order of the rows', (_, verdicts, slug) => {
    expect(winners(verdicts)).toEqual([`demodata--app-${slug.toLowerCase()}.modal.run`]);
  });

  test('each loser is rejected and told the path, the column and the winner', () => {
    const settled = settleConflicts([claiming('late', 3), claiming('first', 1), claiming('later', 2)]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'mounted', 'rejected']);
    const reasons = settled.flatMap((entry) => entry.reasons);
    const reported = { code: 'path_taken', column: 'api_endpoint_url', other_slug: 'first' };
    expect(reasons).toMatchObject([reported, reported]);
    expect(reasons[0]?.message).toContain(`${path} is already served by first`);
  });

  test.each([
    [
      'was there first',
      [1, 2],
      `${path} is already served by a, which was there first: give this row another path.`,
    ],
    [
      'is older than created_at',
      [null, 2],
      `${path} is already served by a, which was there first: give this row another path.`,
    ],
    [
      'was inserted with it',
      [1, 1],
      `${path} is claimed by a and b, which have the same created_at: the smaller slug, a, is served. Give b another path.`,
    ],
    [
      'has no created_at either',
      [null, null],
      `${path} is claimed by a and b, neither of which has a created_at: the smaller slug, a, is served. Give b another path.`,
    ],
  ] as const)('a loser is told what is true of a winner that %s', (_, [first, second], message) => {
    const [, loser] = settleConflicts([claiming('a', first), claiming('b', second)]);
    expect(loser?.reasons[0]?.message).toBe(message);
  });

  test('a loser is told where the winner of two rows without created_at is the one that is served now', () => {
    const rows = [claiming('a', null), claiming('b', null)].map((verdict, index) =>
      validatedRow(`hash-${index}`, verdict),
    );
    const { entries } = atOnce(settleInSteps(rows, () => 'b'));
    expect(entries[0]?.reasons[0]?.message).toBe(
      `${path} is claimed by b and a, neither of which has a created_at: b, which is served now, keeps it. Give a another path.`,
    );
  });

  test('the spelling of the path and the method do not matter', () => {
    const other = claiming('b', 2, { api_endpoint_url: `GET https://api.example.com${path}/` });
    expect(winners([claiming('a', 1), other])).toEqual(['demodata--app-a.modal.run']);
  });

  test('a loser keeps the warnings that it has', () => {
    const odd = claiming('b', 2, { coalesces_to_core: true });
    expect(settleConflicts([claiming('a', 1), odd])[1]).toMatchObject({
      status: 'rejected',
      warnings: [{ code: 'core_table_missing' }],
    });
  });

  test.each([
    ['inactive', { is_active: false }],
    ['rejected', { modal_endpoint_url: 'https://evil.com' }],
    ['not exposed', { api_endpoint_url: null }],
  ])('one that is %s claims nothing, however old it is', (_, over) => {
    expect(winners([claiming('old', null, over), claiming('new', 9)])).toEqual([
      'demodata--app-new.modal.run',
    ]);
  });

  test('rows of different paths keep theirs, in their order', () => {
    const verdicts = [verdictOf('b'), verdictOf('a')];
    const settled = settleConflicts(verdicts);
    expect(settled.map(({ slug, status }) => [slug, status])).toEqual([
      ['b', 'mounted'],
      ['a', 'mounted'],
    ]);
  });

  test('paths that differ only in case are different paths', () => {
    const settled = settleConflicts([
      claiming('a', 1),
      claiming('b', 2, { api_endpoint_url: '/run/A/b/c/d' }),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['mounted', 'mounted']);
  });
});

describe('of rows that have one slug', () => {
  const twin = (host: string, over = {}) =>
    verdictOf('echo', {
      modal_endpoint_url: `https://${host}.modal.run`,
      api_endpoint_url: `/run/a/b/${host}/d`,
      ...over,
    });

  test('the earlier keeps it and the other is told by whom it was taken', () => {
    const settled = settleConflicts([twin('b', { created_at: at(2) }), twin('a', { created_at: at(1) })]);
    expect(settled).toMatchObject([
      {
        status: 'rejected',
        reasons: [{ code: 'slug_duplicate', column: 'workflow_slug', other_slug: 'echo' }],
      },
      { status: 'mounted' },
    ]);
  });

  test('with one age, the same one keeps it whatever the order of the rows', () => {
    expect(winners([twin('c'), twin('a'), twin('b')])).toEqual(['a.modal.run']);
  });

  test('with one path too, the same one keeps it whatever the order of the rows', () => {
    const onePath = { api_endpoint_url: path };
    expect(winners([twin('c', onePath), twin('a', onePath), twin('b', onePath)])).toEqual(['a.modal.run']);
  });

  test('padding makes no other slug of it', () => {
    const padded = twin('b', { workflow_slug: ' echo ', created_at: at(2) });
    expect(winners([twin('a', { created_at: at(1) }), padded])).toEqual(['a.modal.run']);
  });

  test.each([
    ['inactive', { is_active: false }],
    ['unreadable', { is_active: 'maybe' }],
    ['rejected', { timeout_seconds: -1 }],
    ['not exposed', { api_endpoint_url: null }],
  ])('one that is %s does not take down one that works, however old it is', (_, over) => {
    expect(winners([twin('old', over), twin('new', { created_at: at(9) })])).toEqual(['new.modal.run']);
  });

  test('one that lost its slug does not claim its path either', () => {
    const loser = twin('b', { created_at: at(2), api_endpoint_url: path });
    const third = claiming('third', 3);
    expect(winners([twin('a', { created_at: at(1) }), loser, third])).toEqual([
      'a.modal.run demodata--app-third.modal.run',
    ]);
  });

  test('a rejected one keeps its own reasons as well', () => {
    const settled = settleConflicts([twin('a'), twin('b', { timeout_seconds: -1 })]);
    expect(settled[1]).toMatchObject({ reasons: [{ code: 'timeout_invalid' }, { code: 'slug_duplicate' }] });
  });

  test('rows without a slug are no duplicates of each other', () => {
    const settled = settleConflicts(
      ['/run/x', '/run/y'].map((text) => verdictOf('', { api_endpoint_url: text })),
    );
    expect(settled).toMatchObject([
      { reasons: [{ code: 'slug_missing' }] },
      { reasons: [{ code: 'slug_missing' }] },
    ]);
  });
});

test('settling conflicts leaves the verdicts that it was given as they were', () => {
  const verdicts = [claiming('b', 2), claiming('a', 1), verdictOf('a', { timeout_seconds: 0 })];
  const before = structuredClone(verdicts);
  settleConflicts(verdicts);
  expect(verdicts).toEqual(before);
});
