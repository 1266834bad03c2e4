import { readFile } from 'node:fs/promises';
import { demoRegistryFile } from '../../src/dev/demo-registry/demo-registry.ts';
import { validateRow } from '../../src/dynamic/registry/validated-row.ts';
import { buildSnapshot, type Snapshot } from '../../src/dynamic/registry/snapshot.ts';
import { labelMismatch } from '../../src/modal/label.ts';

const rules = { allowedHosts: ['*.modal.run'], labelMismatch };

/** The demo registry, read from its file, without a database. */
export async function demoSnapshot(): Promise<Snapshot> {
  const rows: unknown = JSON.parse(await readFile(demoRegistryFile, 'utf8'));
  if (!Array.isArray(rows)) throw new Error(`${demoRegistryFile} does not contain a list of rows.`);
  return buildSnapshot(
    'demo',
    rows.map((row: unknown, place) => validateRow(row, `demo-${place}`, rules)),
  );
}
