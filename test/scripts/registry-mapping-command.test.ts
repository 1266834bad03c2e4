import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mappingFile } from '../../scripts/registry/mapping-command.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { temporaryDirectory } from '../helpers/process.ts';
import { registryCommand } from '../helpers/commands/registry-command.ts';
import { insertRows } from '../helpers/database-with-rows.ts';
import { demoRows, echoRow } from '../helpers/rows.ts';

describe('npm run registry -- mapping', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const mapping = (...args: readonly string[]) =>
    registryCommand(['mapping', ...args], { DATABASE_URL: database.url });

  test('--check finds the committed document up to date, without a database and on one', async () => {
    const demo = await registryCommand(['mapping', '--check', '--demo'], {});
    expect([demo.code, demo.output]).toEqual([0, expect.stringContaining('is up to date; endpoints: 80')]);
    await insertRows(database, await demoRows());
    expect((await mapping('--check')).code).toBe(0);
  });

  test('--check ends with code 1 and says from which line on the document differs, and leaves it alone', async () => {
    const before = await readFile(mappingFile, 'utf8');
    await insertRows(database, [...(await demoRows()), echoRow()]);
    const { code, output } = await mapping('--check');
    expect(code).toBe(1);
    expect(output).toMatch(
      /ENDPOINT_MAPPING\.md is out of date from line \d+: .*npm run registry -- mapping/s,
    );
    expect(await readFile(mappingFile, 'utf8')).toBe(before);
  });

  test('--out writes the document of any registry elsewhere', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'new', 'mapping.md');
    await insertRows(database, [echoRow()]);
    const { code, output } = await mapping('--out', file);
    expect([code, output]).toEqual([0, `${file} was written; endpoints: 1, rows: 1.\n`]);
    expect(await readFile(file, 'utf8')).toContain('| `POST /run/companies/demo/echo/lookup` |');
    await registryCommand(['mapping', '--demo', '--out', file], {});
    expect(await readFile(file, 'utf8')).toBe(await readFile(mappingFile, 'utf8'));
  });
});
