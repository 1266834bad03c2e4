import { text } from 'node:stream/consumers';
import { styleText } from 'node:util';
import { formatError } from '../../src/db/format-error.ts';
import { isHelpRequested } from './help.ts';

/** 1 after a failure, or after a check that found an error. */
export type ExitCode = 0 | 1;

/**
 * The parts of its process that a program may use. Of `process` itself it uses only the working directory, so that it can
 * also run inside a test.
 */
export type CommandLine = Readonly<{
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Writes to stdout, with a line end. */
  print: (text: string) => void;
  /** Writes to stderr, with a line end. */
  printError: (text: string) => void;
  /** Reads stdin to its end; null on a terminal, where input may never come. */
  readInput: () => Promise<string | null>;
  /** Whether stdout shows colours. */
  isColoured: boolean;
}>;

/** A command of package.json. */
export type Program = Readonly<{
  /** Printed for `--help` and `-h` instead of running the program. */
  usage: string;
  /** An error that it throws is printed to stderr, with exit code 1. */
  run: (line: CommandLine) => Promise<ExitCode>;
}>;

/** Runs a program to its end; never throws. */
export async function runProgram({ usage, run }: Program, line: CommandLine): Promise<ExitCode> {
  try {
    if (!isHelpRequested(line.args)) return await run(line);
    line.print(usage);
    return 0;
  } catch (error) {
    line.printError(formatError(error));
    return 1;
  }
}

/** Runs a program as this process, which exits once nothing is open any more, so that output is not cut off. */
export async function runAsProcess(program: Program): Promise<void> {
  process.exitCode = await runProgram(program, {
    args: process.argv.slice(2),
    env: process.env,
    print: console.log,
    printError: console.error,
    readInput: async () => (process.stdin.isTTY ? null : text(process.stdin)),
    isColoured: styleText('red', 'x', { stream: process.stdout }) !== 'x',
  });
}
