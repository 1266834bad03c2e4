import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { boot } from './registry/boot.ts';
import { churn } from './registry/churn.ts';
import { machineFacts } from './registry/machine.ts';
import type { Part } from './registry/part.ts';
import { propagation } from './registry/propagation.ts';
import { reload } from './registry/reload.ts';
import { figuresTable, type PartResult, progress, renderTable } from './registry/report.ts';
import { openWorkbench, type Workbench } from './registry/workbench.ts';

/** `npm run bench:registry`: measures what docs/performance.md tells. Exits with 1 where a figure is missed. */
const parts: ReadonlyMap<string, Part> = new Map([
  ['boot', boot],
  ['propagation', propagation],
  ['reload', reload],
  ['churn', churn],
]);
const usage = `npm run bench:registry -- [${[...parts.keys()].join('] [')}] [--quick] [--json FILE]`;

const { values, positionals } = argumentsOrExit();
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
  console.log(renderTable(figuresTable(figures)));
  if (!values.quick && figures.some(({ measured, limit }) => !(measured <= limit))) process.exitCode = 1;
  if (values.json !== undefined) {
    const record = { command: process.argv.slice(2), machine, results: Object.fromEntries(results) };
    await writeFile(values.json, `${JSON.stringify(record, null, 2)}\n`);
  }
}

function argumentsOrExit() {
  try {
    const options = { quick: { type: 'boolean', default: false }, json: { type: 'string' } } as const;
    const parsed = parseArgs({ allowPositionals: true, options });
    const unknown = parsed.positionals.filter((name) => !parts.has(name));
    if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}.`);
    return parsed;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(1);
  }
}
