import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const fileName = 'simulator.origin';

/** Writes the simulator's origin to a file that commands read. Returns a function that removes the file. */
export async function writeOriginFile(home: string, origin: string): Promise<() => Promise<void>> {
  const file = join(home, fileName);
  await writeFile(file, `${origin}\n`);
  return () => rm(file, { force: true });
}

/** The origin of the simulator whose files are in `home`, or null if none is running. */
export async function readOriginFile(home: string): Promise<string | null> {
  const text = await readFile(join(home, fileName), 'utf8').catch(() => '');
  return text.trim() === '' ? null : text.trim();
}
