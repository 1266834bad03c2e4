import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { machineFacts } from './bench/machine.ts';
import { exitIfHelpRequested } from './command-line/help.ts';
import { renderTable } from './bench/report.ts';
import { openWorkbench, type Workbench } from './bench/workbench.ts';
import { checkLine, megabytes } from './soak/checks.ts';
import { soak, type SoakOptions, type SoakResult } from './soak/run.ts';

/**
 * `npm run soak`: minutes of random faults, disconnecting callers and changing rows against one process. Exits with 1 if a
 * response was not one that its fault allows, or if something is left over at the end.
 */
const usage = `Usage: npm run soak -- [--minutes 5] [--seed N] [--json FILE]

Runs one process under random faults, disconnecting callers and changing rows: docs/reliability.md. Exits with 1 if a
response is not one that its fault allows, or if sockets, timers or memory are left over at the end.

  --minutes N  how long (5)
  --seed N     repeats the run with this seed
  --json FILE  saves the results`;
exitIfHelpRequested(usage);
const { json, ...options } = optionsOrExit();
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
  const machine = machineFacts(bench.postgresVersion);
  const result = await soak(bench, options);
  interrupted.signal.throwIfAborted();
  show(result);
  const isGood = failuresOf(result) === 0 && result.checks.every((check) => check.isGood);
  if (!isGood) process.exitCode = 1;
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify({ ...options, machine, isGood, ...result }, null, 2)}\n`);
  }
} catch (error) {
  console.error(interrupted.signal.aborted ? interrupted.signal.reason : error);
  process.exitCode = 1;
}

function show(result: SoakResult): void {
  const { warmUp, tally, changes, checks, rss } = result;
  const kinds = Object.entries(tally.byOutcome).toSorted(([, a], [, b]) => b - a);
  const responses = kinds.map(([kind, count]) => ({ response: kind, count }));
  console.log(renderTable({ title: `${tally.calls} calls, ${changes} row changes`, lines: responses }));
  const memory = `${megabytes(rss.end)}, initially ${megabytes(rss.start)}, at most ${megabytes(rss.peak)}`;
  const unexpected = { check: 'responses that their fault does not allow', isGood: failuresOf(result) === 0 };
  const lines = [{ ...unexpected, found: String(failuresOf(result)) }, ...checks].map(checkLine);
  const information = { check: 'RSS', found: memory, verdict: '' };
  console.log(renderTable({ title: 'At the end', lines: [...lines, information] }));
  for (const text of [...warmUp.reports, ...tally.reports]) console.log(`  ${text}`);
}

function failuresOf({ warmUp, tally }: SoakResult): number {
  return warmUp.unexpected + tally.unexpected;
}

function optionsOrExit(): SoakOptions & Readonly<{ json: string | undefined }> {
  try {
    const seedNow = String(Date.now() % 2 ** 31);
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '5' },
        seed: { type: 'string', default: seedNow },
        json: { type: 'string' },
      },
    });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    if (!(minutes > 0)) throw new Error(`--minutes must be a number above 0; it is ${values.minutes}.`);
    if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be a whole number; it is ${values.seed}.`);
    return { minutes, seed, json: values.json };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(1);
  }
}
