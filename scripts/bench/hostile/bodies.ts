import type { Part } from '../part.ts';
import { probed } from '../readings.ts';
import { startReplica } from '../replica.ts';
import { insertRows, plainRow } from '../rows.ts';
import { type NamedAttack, watched } from './watched.ts';

/** The default of MAX_BODY_BYTES. */
const largestBody = 10 * 1024 * 1024;

const contracts = {
  texts: { type: 'object', properties: { ids: { type: 'array', items: { type: 'string' } } } },
  unions: {
    type: 'object',
    properties: {
      ids: { type: 'array', uniqueItems: true, items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
    },
  },
};
const pathOf = (name: string): string => `/run/companies/bench/${name}/check`;

/** Bodies as large as they may be, made to be expensive to validate. */
export const bodies: Part = async (bench, isQuick) => {
  const bytes = isQuick ? 100_000 : largestBody;
  const databaseUrl = await bench.createDatabase('bodies');
  await insertRows(
    databaseUrl,
    Object.entries(contracts).map(([name, schema], index) => ({
      ...plainRow(index),
      workflow_slug: name,
      api_endpoint_url: pathOf(name),
      request_schema: schema,
      contract_mode: 'enforce',
    })),
  );
  await using replica = await startReplica(bench, { databaseUrl, name: 'bodies', execArgv: probed });
  const attackOf = (what: string, name: string, body: 'numbers' | 'brackets' | 'unique integers' | 'valid') =>
    ({ what, attack: { kind: 'bodies', path: pathOf(name), body, bytes } }) satisfies NamedAttack;
  const attacks = [
    attackOf('numbers where texts are wanted', 'texts', 'numbers'),
    attackOf('nested brackets', 'texts', 'brackets'),
    attackOf('distinct integers against anyOf and uniqueItems', 'unions', 'unique integers'),
    attackOf('a valid body', 'texts', 'valid'),
  ];
  const { lines, figures } = await watched(bench, replica, attacks, isQuick ? 1 : 10);
  return { tables: [{ title: `/healthz beside bodies of ${bytes / 1e6} MB`, lines }], figures };
};
