import { join } from 'node:path';
import { runScript } from './process.ts';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'keys.ts');

/** Runs `npm run keys -- …` against a database; gives what it printed, or fails with it. */
export async function keysCommand(databaseUrl: string, ...args: readonly string[]): Promise<string> {
  const running = runScript(script, args, '/', { DATABASE_URL: databaseUrl });
  const code = await running.exited;
  if (code !== 0) throw new Error(running.output());
  return running.output();
}

export type MadeKey = Readonly<{ key: string; id: string }>;

/** Makes a key with these scopes and further options. */
export async function makeKey(
  databaseUrl: string,
  scopes: string,
  ...options: readonly string[]
): Promise<MadeKey> {
  const args = ['create', '--name', 'test', '--scopes', scopes, '--json', ...options];
  return made(await keysCommand(databaseUrl, ...args));
}

/** What a command printed with --json. */
export function made(output: string): MadeKey {
  const { key, id }: { key: string; id: string } = JSON.parse(output);
  return { key, id };
}
