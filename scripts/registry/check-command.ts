import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../src/config/config.ts';
import { formatError } from '../../src/db/format-error.ts';
import type { RegistryEntry } from '../../src/dynamic/registry/registry-entry.ts';
import type { Snapshot } from '../../src/dynamic/registry/snapshot.ts';
import { labelMismatch } from '../../src/modal/label.ts';
import { type Command, UsageError } from '../command-line/command.ts';
import type { CommandLine } from '../command-line/program.ts';
import { printable } from '../command-line/printable.ts';
import { tableText } from '../command-line/table.ts';
import { checkRows, type RowProblem } from './check/check-rows.ts';
import { readRows } from './check/read-rows.ts';

/** `check FILE`: validates rows before they are written. Exit code 1 if one of them would not be served. */
export const checkCommand: Command = {
  usage: [
    'check FILE                    validates the rows of a file (CSV with a header, a JSON array, or a JSON object',
    '                              on each line; - reads stdin) before they are written: by themselves, against each',
    '                              other, and against the rows of the database if it can be reached; exit code 1 if a',
    '                              row would not be served',
  ],
  parse: (args) => {
    const { positionals } = parseArgs({ args, allowPositionals: true });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) throw new UsageError('check takes one file, or -.');
    return {
      withRegistry: async (readRegistry, { env, readInput, print, printError }) => {
        const rows = readRows(file === '-' ? ((await readInput()) ?? '') : await readFile(file, 'utf8'));
        const { allowedHosts } = loadConfig(env);
        const present = await presentEntries(readRegistry, printError);
        const problems = checkRows(rows, present ?? [], { allowedHosts, labelMismatch }, new Date());
        print(problemsText(problems, rows.length));
        return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
      },
    };
  },
};

/** Null if the database cannot be read, which is reported on stderr. */
async function presentEntries(
  readRegistry: () => Promise<Snapshot>,
  printError: CommandLine['printError'],
): Promise<readonly RegistryEntry[] | null> {
  try {
    return (await readRegistry()).entries;
  } catch (error) {
    printError(`The rows were not compared with those of the database. ${formatError(error)}`);
    return null;
  }
}

function problemsText(problems: readonly RowProblem[], rows: number): string {
  const counted = (severity: RowProblem['severity']): string => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return `${count} ${severity}${count === 1 ? '' : 's'}`;
  };
  const summary = `${counted('error')}, ${counted('warning')} in ${rows} ${rows === 1 ? 'row' : 'rows'}.`;
  if (problems.length === 0) return summary;
  const cells = problems.map(({ line, severity, code, slug, message }) => [
    line === null ? 'database' : String(line),
    severity,
    code,
    printable(slug === '' ? '-' : slug),
    printable(message),
  ]);
  return [tableText([['line', 'severity', 'code', 'workflow', 'message'], ...cells]), '', summary].join('\n');
}
