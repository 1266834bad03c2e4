import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../children.ts';
import type { Part } from '../part.ts';
import { type Replica, startReplica } from '../replica.ts';
import { progress } from '../report.ts';
import { insertRows, plainRow, plainRows } from '../rows.ts';
import type { Workbench } from '../workbench.ts';
import { contractPath, turnContracts, turnRequests } from './turn-requests.ts';

const manyRows = 20_000;
const together = 20;
/** What any request may hold up the event loop for. */
const limitMs = 20;
/** A second after the start, the fixed part of the documents is made; a gateway settles before anybody calls. */
const settledMs = 2_500;
const withinMs = 30_000;
/** A turn in which V8 collects garbage or compiles takes longer than the work that is meant, and is not in each of three processes. */
const retries = 2;

const execArgv = ['--import', join(import.meta.dirname, 'turn-probe.ts')];
const Longest = z.object({ longestMs: z.number() });

/** The CPU time of the longest turn of the event loop for requests of each kind, in processes of their own. */
export const turns: Part = async (bench, isQuick) => {
  const rows = isQuick ? 500 : manyRows;
  const databaseUrl = await bench.createDatabase('turns');
  await insertRows(databaseUrl, plainRows(rows));
  const contracts = Object.entries(turnContracts).map(([name, schema], index) => ({
    ...plainRow(rows + index),
    workflow_slug: name,
    api_endpoint_url: contractPath(name),
    request_schema: schema,
    contract_mode: 'enforce',
  }));
  await insertRows(databaseUrl, contracts);
  const kinds = Object.entries(turnRequests).slice(0, isQuick ? 3 : undefined);
  const results: (Turns & Readonly<{ what: string }>)[] = [];
  for (const [what, request] of kinds) {
    progress(what);
    let best = await turnsOf(bench, databaseUrl, request);
    for (let more = 0; more < retries && longestOf(best) > limitMs; more += 1) {
      const again = await turnsOf(bench, databaseUrl, request);
      if (longestOf(again) < longestOf(best)) best = again;
    }
    results.push({ what, ...best });
  }
  const figures = results.map(({ what, ...found }) => ({
    what: `longest turn: ${what}`,
    measured: longestOf(found),
    limit: limitMs,
    unit: 'ms',
  }));
  const lines = results.map(({ what, first, next, more }) => ({
    request: what,
    'first ms': first,
    [`next ${together} at once ms`]: next,
    [`${together} more ms`]: more,
  }));
  return {
    tables: [{ title: `CPU time of the longest turn of the event loop, ${rows} rows`, lines }],
    figures,
  };
};

/** The longest turns for the first request of a process, for several at the same moment after it, and for several more. */
type Turns = Readonly<{ first: number; next: number; more: number }>;

function longestOf({ first, next, more }: Turns): number {
  return Math.max(first, next, more);
}

async function turnsOf(bench: Workbench, databaseUrl: string, request: string): Promise<Turns> {
  await using replica = await startReplica(bench, { databaseUrl, name: 'turns', execArgv });
  await delay(settledMs);
  const first = await longestTurn(replica, () => exchange(replica.url, request));
  const several = () => Promise.all(Array.from({ length: together }, () => exchange(replica.url, request)));
  return { first, next: await longestTurn(replica, several), more: await longestTurn(replica, several) };
}

async function longestTurn({ child }: Replica, work: () => Promise<unknown>): Promise<number> {
  const ask = async (): Promise<number> => {
    const reply = messageOf(child, Longest, withinMs);
    child.send('longest turn');
    return (await reply).longestMs;
  };
  await ask();
  await work();
  return ask();
}

/** Sends a request on a connection of its own and reads until the server closes it. */
async function exchange(url: string, request: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // A response to a body that was not read may end in a reset.
  socket.on('error', () => undefined);
  socket.resume().write(request);
  await once(socket, 'close');
}
