import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnDocsFile, withColumnDocs } from '../../../scripts/write-column-docs.ts';
import { columnNames, registryColumns } from '../../../src/schemas/columns/registry-columns.ts';
import { get } from '../get.ts';
import { at, object, openApi } from '../openapi/openapi-document.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const declared = Object.entries(registryColumns);
const listed = declared.filter(([, { isListed }]) => isListed).map(([name]) => name);

describe('each declared column of the registry', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()]);
  });
  afterAll(() => rowgate.close());

  test('is in the migrations, with its type, and no other column is', async () => {
    const found = await rowgate.database.query(
      `select column_name, data_type from information_schema.columns
       where table_schema = 'reference' and table_name = 'enrichment_workflow_registry'`,
    );
    const types = Object.fromEntries(found.map(({ column_name, data_type }) => [column_name, data_type]));
    expect(types).toEqual(Object.fromEntries(declared.map(([name, { sqlType }]) => [name, sqlType])));
  });

  test('is a member of a workflow in the API, in the order of the declaration', async () => {
    const { body: list } = await get(`${rowgate.url}/api/enrichment/workflows`);
    expect(list).toMatchObject({ data: [{ workflow_slug: 'echo' }] });
    expect(Object.keys(object(at(object(list), 'data', '0')))).toEqual([...listed, 'route']);
    const { body: detail } = await get(`${rowgate.url}/api/enrichment/workflows/echo`);
    expect(new Set(Object.keys(object(detail)))).toEqual(new Set([...columnNames, 'route']));
  });

  test('is in the OpenAPI document, with its description', async () => {
    const schemas = at(await openApi(rowgate), 'components', 'schemas');
    const list = object(at(schemas, 'Workflow', 'properties'));
    expect(Object.keys(list)).toEqual([...listed, 'route']);
    const added = Object.values(object(at(schemas, 'WorkflowDetail'))['allOf'] ?? {});
    const detail = Object.assign({}, ...added.map((part) => object(at(object(part), 'properties') ?? {})));
    for (const [name, { description, isListed }] of declared) {
      expect(object(isListed ? list : detail)[name], name).toMatchObject({ description });
    }
  });

  test('is in docs/registry.md, which "node scripts/write-column-docs.ts" keeps up to date', async () => {
    const document = await readFile(columnDocsFile, 'utf8');
    expect(withColumnDocs(document)).toBe(document);
    for (const name of columnNames) expect(document).toContain(`| \`${name}\` |`);
  });
});
