import { execFileSync } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRegularFile, readRegularFileSync } from '../../src/live/regular-file.ts';
import { temporaryDirectory } from '../helpers/process.ts';

const maxBytes = 1_000;

test('a regular file is opened, and one that is too large is not', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'file');
  await writeFile(path, 'text');
  await using file = await openRegularFile(path, maxBytes);
  expect(await file.readFile('utf8')).toBe('text');
  expect(readRegularFileSync(path, maxBytes)).toBe('text');
  await truncate(path, maxBytes + 1);
  await expect(openRegularFile(path, maxBytes)).rejects.toThrow('the limit is 1000');
  expect(() => readRegularFileSync(path, maxBytes)).toThrow('the limit is 1000');
});

test.skipIf(process.platform === 'win32')(
  'a FIFO, a device and a directory are refused at once, whoever may write to them',
  async () => {
    await using directory = await temporaryDirectory();
    const [fifo, folder] = [join(directory.path, 'fifo'), join(directory.path, 'folder')];
    execFileSync('mkfifo', [fifo]);
    await mkdir(folder);
    for (const path of [fifo, folder, '/dev/zero', '/dev/null']) {
      await expect(openRegularFile(path, maxBytes)).rejects.toThrow('not a regular file');
      expect(() => readRegularFileSync(path, maxBytes)).toThrow('not a regular file');
    }
  },
);
