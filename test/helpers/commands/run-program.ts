import { type CommandLine, type Program, runProgram } from '../../../scripts/command-line/program.ts';
import type { Environment } from '../rowgate.ts';

/** How a command ended, and what it said on either stream. */
export type ProgramResult = Readonly<{ code: number | NodeJS.Signals; output: string }>;

/**
 * Runs a command of package.json in this process, with nothing configured but `env`: a process of its own takes 0.7 s of
 * the processor's time, most of it to load modules. For one that looks into its directory, as commands do without a
 * DATABASE_URL, use `runScript`.
 */
export async function runInProcess(
  program: Program,
  args: readonly string[],
  env: Environment,
): Promise<ProgramResult> {
  let output = '';
  const print: CommandLine['print'] = (text) => void (output += `${text}\n`);
  const code = await runProgram(program, {
    args,
    env: { AUTH: 'off', ...env },
    print,
    printError: print,
    readInput: async () => '',
    isColoured: false,
  });
  return { code, output };
}
