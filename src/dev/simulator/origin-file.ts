import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const fileName = 'simulator.origin';

/** Leaves the simulator's origin for commands, as the embedded database leaves its port. Gives what takes it away again. */
export async function leaveOrigin(home: string, origin: string): Promise<() => Promise<void>> {
  const file = join(home, fileName);
  await writeFile(file, `${origin}\n`);
  return () => rm(file, { force: true });
}

/** The origin of the simulator that runs in a directory, or null where none does. */
export async function readOrigin(home: string): Promise<string | null> {
  const text = await readFile(join(home, fileName), 'utf8').catch(() => '');
  return text.trim() === '' ? null : text.trim();
}
