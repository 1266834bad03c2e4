import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registryFingerprint } from '../../../../src/db/registry/fingerprint.ts';
import { readSnapshotFile, writeSnapshotFile } from '../../../../src/dynamic/registry/saved/snapshot-file.ts';
import { temporaryDirectory } from '../../../helpers/process.ts';

const registry = registryFingerprint('postgres://rowgate@db.example.com/app', 'reference.routes');
const rows = 2000;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let path: string;
beforeEach(async () => {
  directory = await temporaryDirectory('rowgate-snapshot-');
  path = join(directory.path, 'snapshot.json');
});
afterEach(() => directory[Symbol.asyncDispose]());

/** Writes snapshots until it is killed; with a row number, kills itself when the second write has come that far. */
const script = `
  import { writeSnapshotFile } from ${JSON.stringify(join(import.meta.dirname, '..', '..', '..', '..', 'src', 'dynamic', 'registry', 'saved', 'snapshot-file.ts'))};
  const [path, registry, dieAt] = process.argv.slice(1);
  function* rowsOf(version) {
    for (let n = 0; n < ${rows}; n += 1) {
      if (version === 2 && n === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
      yield { row: { workflow_slug: 'row-' + n, description: 'x'.repeat(1000) }, hash: 'h', served: true, goodRow: null };
    }
  }
  for (let version = 1; ; version += 1) {
    await writeSnapshotFile(path, registry, { version: String(version), rows: rowsOf(version), count: ${rows} });
    console.log(version);
  }`;

/** Starts a process that writes again and again, and waits until it has written once. */
async function startWriting(dieAt: number | 'never') {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script, path, registry, String(dieAt)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  await once(createInterface(child.stdout), 'line');
  return { child, exited };
}

const leftBeside = async () => (await readdir(directory.path)).filter((name) => name !== 'snapshot.json');
const whole = { status: 'found', snapshot: { rows: { length: rows } } };
const lastWrite = () =>
  writeSnapshotFile(path, registry, {
    version: '7',
    rows: [{ row: { workflow_slug: 'a' }, hash: 'h', served: true, goodRow: null }],
    count: 1,
  });

describe('a process that is killed while it writes a snapshot', () => {
  test.each([0, 500, rows - 1])(
    'after %i rows leaves the old file and one more, which the next write removes',
    async (dieAt) => {
      const { exited } = await startWriting(dieAt);
      await exited;
      expect(await leftBeside()).toHaveLength(1);
      expect(await readSnapshotFile(path, registry)).toMatchObject({
        ...whole,
        snapshot: { ...whole.snapshot, version: '1' },
      });
      await lastWrite();
      expect(await leftBeside()).toEqual([]);
    },
  );

  // The moment of death is what the test is about: spread over several writes, which take some 10 ms each.
  test.each([0, 3.4, 6.8, 10.2, 13.6, 17, 23.8, 30.6])(
    '%d ms after its first one leaves a whole file',
    async (afterMs) => {
      const { child, exited } = await startWriting('never');
      await delay(afterMs);
      child.kill('SIGKILL');
      await exited;
      expect((await leftBeside()).length).toBeLessThanOrEqual(1);
      expect(await readSnapshotFile(path, registry)).toMatchObject(whole);
      await lastWrite();
      expect(await leftBeside()).toEqual([]);
    },
  );
});
