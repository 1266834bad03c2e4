import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { insertRows } from '../../helpers/database-with-rows.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { demoRows } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import {
  createGeneratedClients,
  type GeneratedClients,
  generatorNames,
  noGenerators,
  skippedWhy,
} from './client-generators.ts';
import { clientRows } from './client-rows.ts';
import { openApi, operations } from './openapi-document.ts';

const generated = (document: JsonObject) =>
  operations(document).filter(({ path }) => path.startsWith('/run/gen/'));

describe.skipIf(noGenerators)(
  `clients generated from rows that are hard to describe${skippedWhy}`,
  {
    timeout: 180_000,
  },
  () => {
    let rowgate: TestRowgate;
    let clients: GeneratedClients;
    let document: JsonObject;
    beforeAll(async () => {
      rowgate = await startRowgate(await demoRows());
      // One after another: of rows whose slugs are one identifier, the oldest keeps its slug as its id.
      for (const row of clientRows) await insertRows(rowgate.database, [row]);
      document = await until('all rows are in the document', async () => {
        const found = await openApi(rowgate);
        return generated(found).length === clientRows.length && found;
      });
      clients = await createGeneratedClients(JSON.stringify(document));
    });
    afterAll(async () => {
      await clients[Symbol.asyncDispose]();
      await rowgate.close();
    });

    test('are made by each generator, and a call of each compiles', async () => {
      const ran = await Promise.all(generatorNames.map((name) => clients.generate(name)));
      for (const [index, { code, output }] of ran.entries()) {
        expect(code, `${generatorNames[index]}: ${output}`).toBe(0);
      }
      expect(await clients.compile('use.ts')).toEqual({ code: 0, output: '' });
    });
  },
);
