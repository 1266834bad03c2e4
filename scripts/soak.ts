import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { machineFacts } from './bench/machine.ts';
import { renderTable } from './bench/report.ts';
import { openWorkbench, type Workbench } from './bench/workbench.ts';
import { checkLine, megabytes } from './soak/checks.ts';
import { soak, type SoakOptions, type SoakResult } from './soak/run.ts';

/**
 * `npm run soak`: minutes of random faults, leaving callers and changing rows against one process. Exits with 1 where
 * an answer was not what its fault allows, or where something is left at the end.
 */
const usage = 'npm run soak -- [--minutes 5] [--seed N] [--json FILE]';
const { json, ...options } = optionsOrExit();
const interrupted = new AbortController();
let bench: Workbench | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted.abort(new Error(`${signal}: nothing is left behind.`));
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
  const verdicts = Object.entries(tally.byVerdict).toSorted(([, a], [, b]) => b - a);
  const answers = verdicts.map(([answer, count]) => ({ answer, count }));
  console.log(renderTable({ title: `${tally.calls} calls, ${changes} changes of rows`, lines: answers }));
  const memory = `${megabytes(rss.end)} after ${megabytes(rss.start)}, at most ${megabytes(rss.peak)}`;
  const unexpected = { check: 'answers that their fault does not allow', isGood: failuresOf(result) === 0 };
  const lines = [{ ...unexpected, found: String(failuresOf(result)) }, ...checks].map(checkLine);
  const information = { check: 'RSS', found: memory, verdict: '' };
  console.log(renderTable({ title: 'At the end', lines: [...lines, information] }));
  for (const text of [...warmUp.told, ...tally.told]) console.log(`  ${text}`);
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
    if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes} is no time.`);
    if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed} is no whole number.`);
    return { minutes, seed, json: values.json };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(1);
  }
}
