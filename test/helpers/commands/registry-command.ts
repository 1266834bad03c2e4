import { registryProgram } from '../../../scripts/registry.ts';
import type { Environment } from '../rowgate.ts';
import { type ProgramResult, runInProcess } from './run-program.ts';

export type RegistryCommand = ProgramResult & Readonly<{ lines: readonly string[] }>;

/** Runs `npm run registry -- …` in this process with this environment. */
export async function registryCommand(args: readonly string[], env: Environment): Promise<RegistryCommand> {
  const result = await runInProcess(registryProgram, args, env);
  return { ...result, lines: result.output.trimEnd().split('\n') };
}
