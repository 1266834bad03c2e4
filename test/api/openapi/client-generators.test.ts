import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { demoRows } from '../../helpers/rows.ts';
import {
  createGeneratedClients,
  type GeneratedClients,
  generatorNames,
  noGenerators,
  skippedWhy,
} from './client-generators.ts';
import { clientRows } from './client-rows.ts';
import { openApi, operations } from './openapi-document.ts';

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
      rowgate = await startRowgate([...clientRows, ...(await demoRows())]);
      document = await openApi(rowgate);
      clients = await createGeneratedClients(JSON.stringify(document));
    });
    afterAll(async () => {
      await clients[Symbol.asyncDispose]();
      await rowgate.close();
    });

    test('are made by each generator, and a call of each compiles', async () => {
      expect(operations(document).filter(({ path }) => path.startsWith('/run/gen/'))).toHaveLength(
        clientRows.length,
      );
      const ran = await Promise.all(generatorNames.map((name) => clients.generate(name)));
      for (const [index, { code, output }] of ran.entries()) {
        expect(code, `${generatorNames[index]}: ${output}`).toBe(0);
      }
      expect(await clients.compile('use.ts')).toEqual({ code: 0, output: '' });
    });
  },
);
