import { join } from 'node:path';
import { runScript, temporaryDirectory } from './process.ts';
import type { Environment } from './rowgate.ts';

export const registryScript = join(import.meta.dirname, '..', '..', 'scripts', 'registry.ts');

/** How `npm run registry -- …` ended, and what it said on either stream. */
export type RegistryCommand = Readonly<{
  code: number | NodeJS.Signals;
  output: string;
  lines: readonly string[];
}>;

/** Runs `npm run registry -- …` with this environment, in a directory of its own. */
export async function registryCommand(args: readonly string[], env: Environment): Promise<RegistryCommand> {
  await using directory = await temporaryDirectory();
  const running = runScript(registryScript, args, directory.path, env);
  const code = await running.exited;
  const output = running.output();
  return { code, output, lines: output.trimEnd().split('\n') };
}
