import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryDirectory } from './helpers/process.ts';

const root = join(import.meta.dirname, '..');

/** Runs one of our modules as `npm start` runs main.ts, with the cache in this place. */
async function run(cachePlace: string): Promise<void> {
  const preload = `--import=${join(root, 'src', 'compile-cache.ts')}`;
  await promisify(execFile)(process.execPath, [preload, join(root, 'src', 'errors.ts')], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: cachePlace },
  });
}

test('what was compiled is kept where the environment says', async () => {
  await using directory = await temporaryDirectory();
  await run(directory.path);
  expect(await readdir(directory.path)).toHaveLength(1);
});

test('a place that cannot be written does not keep a process from running', async () => {
  await expect(run('/dev/null/cache')).resolves.toBeUndefined();
});
