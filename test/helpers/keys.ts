import { keysProgram } from '../../scripts/keys.ts';
import { runInProcess } from './commands/run-program.ts';

/** Runs `npm run keys -- …` in this process against a database; gives what it printed, or fails with it. */
export async function keysCommand(databaseUrl: string, ...args: readonly string[]): Promise<string> {
  const { code, output } = await runInProcess(keysProgram, args, { DATABASE_URL: databaseUrl });
  if (code !== 0) throw new Error(output);
  return output;
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
