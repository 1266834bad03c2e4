import { readFile } from 'node:fs/promises';
import { demoRegistryFile } from '../../src/db/demo/demo-registry.ts';
import { judgeRow } from '../../src/dynamic/judged-row.ts';
import { buildSnapshot, type Snapshot } from '../../src/dynamic/snapshot.ts';
import { labelMismatch } from '../../src/modal/label.ts';

const rules = { allowedHosts: ['*.modal.run'], labelMismatch };

/** The demo registry as it is in the file, without a database. */
export async function demoSnapshot(): Promise<Snapshot> {
  const rows: unknown = JSON.parse(await readFile(demoRegistryFile, 'utf8'));
  if (!Array.isArray(rows)) throw new Error(`${demoRegistryFile} holds no list of rows.`);
  return buildSnapshot(
    'demo',
    rows.map((row: unknown, place) => judgeRow(row, `demo-${place}`, rules)),
  );
}
