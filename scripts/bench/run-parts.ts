import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { exitIfHelpRequested } from '../command-line/help.ts';
import { machineFacts } from './machine.ts';
import type { Part } from './part.ts';
import { figuresTable, type PartResult, progress, renderTable } from './report.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/**
 * The command of a benchmark: runs the parts given as arguments, or all, and prints the results. Sets exit code 1 if a
 * target is missed.
 *
 * @param command as people type it, for the usage text.
 * @param purpose a sentence for the usage text.
 */
export async function runParts(
  command: string,
  purpose: string,
  parts: ReadonlyMap<string, Part>,
): Promise<void> {
  const usage = usageText(command, purpose, parts);
  exitIfHelpRequested(usage);
  const { values, positionals } = argumentsOrExit(usage, parts);
  const interrupted = new AbortController();
  let bench: Workbench | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted.abort(new Error(`Interrupted by ${signal}.`));
      void bench?.[Symbol.asyncDispose]();
    });
  }
  try {
    await using opened = new AsyncDisposableStack();
    bench = opened.use(await openWorkbench(interrupted.signal));
    await run(bench);
  } catch (error) {
    console.error(interrupted.signal.aborted ? interrupted.signal.reason : error);
    process.exitCode = 1;
  }

  async function run(opened: Workbench): Promise<void> {
    const machine = machineFacts(opened.postgresVersion);
    console.log(renderTable({ title: 'Machine', lines: [machine] }));
    const results = new Map<string, PartResult>();
    for (const [name, part] of parts) {
      if (positionals.length > 0 && !positionals.includes(name)) continue;
      progress(`${name} …`);
      const result = await part(opened, values.quick);
      interrupted.signal.throwIfAborted();
      results.set(name, result);
      for (const table of result.tables) console.log(renderTable(table));
    }
    const figures = [...results.values()].flatMap((result) => result.figures);
    if (figures.length > 0) console.log(renderTable(figuresTable(figures)));
    if (!values.quick && figures.some(({ measured, limit }) => !(measured <= limit))) process.exitCode = 1;
    if (values.json !== undefined) {
      const record = { command: process.argv.slice(2), machine, results: Object.fromEntries(results) };
      await writeFile(values.json, `${JSON.stringify(record, null, 2)}\n`);
    }
  }
}

function usageText(command: string, purpose: string, parts: ReadonlyMap<string, Part>): string {
  return `Usage: ${command} -- [${[...parts.keys()].join('] [')}] [--quick] [--json FILE]

${purpose}
Runs all parts unless some are given. Exits with 1 if a target is missed.

  --quick      runs small, to check that it works; the figures are meaningless
  --json FILE  saves the results`;
}

function argumentsOrExit(usage: string, parts: ReadonlyMap<string, Part>) {
  try {
    const options = { quick: { type: 'boolean', default: false }, json: { type: 'string' } } as const;
    const parsed = parseArgs({ allowPositionals: true, options });
    const unknown = parsed.positionals.filter((name) => !parts.has(name));
    if (unknown.length > 0) throw new Error(`Unknown part: ${unknown.join(', ')}.`);
    return parsed;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(1);
  }
}
