import type { Part } from '../part.ts';
import { probed } from '../readings.ts';
import { startReplica } from '../replica.ts';
import { insertRows, pathOf, plainRows } from '../rows.ts';
import { type NamedAttack, watched } from './watched.ts';

const manyRows = 20_000;
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const post = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;

/** 64 KiB of requests at once over one connection, of the kinds that cost most, to a large registry. */
export const floods: Part = async (bench, isQuick) => {
  const rows = isQuick ? 500 : manyRows;
  const databaseUrl = await bench.createDatabase('floods');
  await insertRows(databaseUrl, plainRows(rows));
  await using replica = await startReplica(bench, { databaseUrl, name: 'floods', execArgv: probed });
  const attackOf = (what: string, requests: readonly string[]): NamedAttack => ({
    what,
    attack: { kind: 'pipelined', requests },
  });
  const unknown = Array.from({ length: 20 }, (_, n) =>
    post(`/run/companies/provider-${n}/workflow-x${n}/lookupp`),
  );
  const attacks = [
    attackOf('unknown paths', unknown),
    attackOf('calls', [post(pathOf(0)), post(pathOf(1))]),
    attackOf('listings', [get('/api/enrichment/workflows')]),
    attackOf('audits', [get('/api/enrichment/audit')]),
    attackOf('status', [get('/api/enrichment/status')]),
    attackOf('documents', [get('/openapi.json')]),
  ];
  const { lines, figures } = await watched(bench, replica, attacks, isQuick ? 1 : 10);
  return { tables: [{ title: `/healthz beside pipelined requests, ${rows} rows`, lines }], figures };
};
