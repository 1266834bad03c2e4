import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { demoRows, echoRow } from '../../helpers/rows.ts';
import { get } from '../get.ts';

describe('GET /api/enrichment/workflows/summary', () => {
  let rowgate: TestRowgate;
  const hostile = ['__proto__', '__proto__', 'constructor', 'toString', 'unknown', null];

  beforeAll(async () => {
    const rows = hostile.map((value, index) =>
      echoRow({
        workflow_slug: `row-${index}`,
        api_endpoint_url: null,
        entity_type: value,
        payload_type: value,
        workflow_type: value,
        usage_category: value,
        coalesces_to_core: index === 0,
      }),
    );
    rowgate = await startRowgate([...rows, echoRow({ workflow_slug: 'retired', is_active: false })]);
  });
  afterAll(() => rowgate.close());

  test('counts active rows by their own values, whatever these are, and those without one as unknown', async () => {
    const { status, body } = await get(`${rowgate.url}/api/enrichment/workflows/summary`);
    expect(status).toBe(200);
    // JSON.parse, because in an object literal "__proto__" would set the prototype.
    const counts: unknown = JSON.parse('{ "__proto__": 2, "constructor": 1, "toString": 1, "unknown": 2 }');
    const one = '{ "total": 1, "in_core": 0, "not_in_core": 1 }';
    const byEntity: unknown = JSON.parse(
      `{ "__proto__": { "total": 2, "in_core": 1, "not_in_core": 1 }, "constructor": ${one}, "toString": ${one},
         "unknown": { "total": 2, "in_core": 0, "not_in_core": 2 } }`,
    );
    expect(sorted(body)).toEqual(
      sorted({
        total_workflows: 6,
        total_in_core: 1,
        total_not_in_core: 5,
        by_entity_type: byEntity,
        by_payload_type: counts,
        by_workflow_type: counts,
        by_usage_category: counts,
      }),
    );
  });

  test('takes the filters of the list', async () => {
    const { body } = await get(`${rowgate.url}/api/enrichment/workflows/summary?is_active=false`);
    expect(body).toMatchObject({ total_workflows: 1, by_entity_type: { unknown: { total: 1 } } });
    const refused = await get(`${rowgate.url}/api/enrichment/workflows/summary?is_active=maybe`);
    expect(refused.status).toBe(422);
  });

  test('adds up on the demo registry', async () => {
    const demo = await startRowgate(await demoRows());
    try {
      const { body } = await get(`${demo.url}/api/enrichment/workflows/summary`);
      expect(body).toMatchObject({ total_workflows: 105 });
      const groups = Object.entries(Object(body)).filter(([name]) => name.startsWith('by_'));
      expect(groups.map(([name, group]) => [name, sum(group)])).toEqual([
        ['by_entity_type', 105],
        ['by_payload_type', 105],
        ['by_workflow_type', 105],
        ['by_usage_category', 105],
      ]);
    } finally {
      await demo.close();
    }
  });
});

/** As text, since `toEqual` looks at "__proto__" as JavaScript does and not as JSON does. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function sum(group: unknown): number {
  return Object.values(Object(group)).reduce<number>(
    (total, count) => total + Number(typeof count === 'number' ? count : Object(count).total),
    0,
  );
}
