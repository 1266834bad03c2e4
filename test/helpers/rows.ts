import { readFile } from 'node:fs/promises';
import { demoRegistryFile } from '../../src/dev/demo-registry/demo-registry.ts';

/** A row as a test writes it: any columns of the registry. */
export type TestRow = Readonly<Record<string, unknown>>;

/** The demo registry's rows, as the project ships them. */
export async function demoRows(): Promise<readonly TestRow[]> {
  const rows: unknown = JSON.parse(await readFile(demoRegistryFile, 'utf8'));
  if (!Array.isArray(rows)) throw new Error(`${demoRegistryFile} is not a list`);
  return rows;
}

/** Rows of the demo registry that Swagger UI shows in a fraction of a second, of companies and of people. */
export async function someDemoRows(): Promise<readonly TestRow[]> {
  const rows = await demoRows();
  return rows.filter(({ api_endpoint_url: path }) =>
    /^(?:POST )?\/run\/(?:companies\/gemini|people)\//.test(String(path)),
  );
}

/** A small good row; `over` replaces columns. */
export function echoRow(over: TestRow = {}): TestRow {
  return {
    workflow_slug: 'echo',
    modal_function_name: 'echo',
    modal_endpoint_url: 'https://demodata--app-echo.modal.run',
    api_endpoint_url: '/run/companies/demo/echo/lookup',
    ...over,
  };
}
