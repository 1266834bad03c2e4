import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '../part.ts';
import { probed, type Reading, readingOf } from '../readings.ts';
import { startReplica } from '../replica.ts';
import { type Figure, type Line, progress } from '../report.ts';
import { insertRows, plainRows } from '../rows.ts';
import { startAttack } from './attacker.ts';

const asset = 'GET /docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n';
const problem = 'GET /unknown HTTP/1.1\r\nHost: localhost\r\n\r\n';
const mebibyte = 1024 * 1024;
/** By then a connection has to cost little. */
const settledMs = 1_000;
const attackSeconds = 4;

/** Connections that ask without a key for all they can get, and read nothing of it. */
export const unread: Part = async (bench, isQuick) => {
  const many = isQuick ? 20 : 1_000;
  const databaseUrl = await bench.createDatabase('unread');
  await insertRows(databaseUrl, plainRows(100));
  const lines: Line[] = [];
  const figures: Figure[] = [];
  for (const [what, request] of [
    ['asset of the docs page', asset],
    ['404', problem],
  ] as const) {
    for (const connections of [1, many]) {
      progress(`unread: ${what}, ${connections} connections`);
      await using replica = await startReplica(bench, {
        databaseUrl,
        name: `unread-${what.replaceAll(' ', '-')}-${connections}`,
        env: { AUTH: 'required' },
        execArgv: probed,
      });
      await warmUp(replica.url, what === '404' ? '/unknown' : '/docs/assets/swagger-ui-bundle.js');
      const before = await readingOf(replica.child, 'start');
      const attacker = startAttack(
        bench,
        replica.url,
        { kind: 'unread', request, connections },
        attackSeconds,
      );
      await attacker.begun;
      await delay(settledMs);
      const settled = await readingOf(replica.child, 'collect and read');
      await attacker.ended;
      const peak = (settled.peakRss - before.rss) / mebibyte;
      const held = (memoryOf(settled) - memoryOf(before)) / mebibyte;
      lines.push({ request: what, connections, 'peak of RSS, MiB': peak, 'held after 1 s, MiB': held });
      figures.push(...figuresOf(what, connections, peak, held));
    }
  }
  return { tables: [{ title: 'Memory for connections that do not read', lines }], figures };
};

function figuresOf(what: string, connections: number, peak: number, held: number): readonly Figure[] {
  const name = `${what}, ${connections} connection${connections === 1 ? '' : 's'}`;
  if (connections > 1) return [{ what: `peak of RSS: ${name}`, measured: peak, limit: 200, unit: 'MiB' }];
  return [
    { what: `peak of RSS: ${name}`, measured: peak, limit: 8, unit: 'MiB' },
    { what: `held after 1 s: ${name}`, measured: held, limit: 0.25, unit: 'MiB' },
  ];
}

/** Loads what the first request loads, and compiles what it runs: no attack pays for that. */
async function warmUp(url: string, path: string): Promise<void> {
  for (let made = 0; made < 50; made += 1) await (await fetch(url + path)).arrayBuffer();
}

function memoryOf({ heapUsed, external }: Reading): number {
  return heapUsed + external;
}
