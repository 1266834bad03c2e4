import { type Options, parseOptions, usage } from './bench/proxy/options.ts';
import { runBench } from './bench/proxy/run-bench.ts';

/** `npm run bench`: measures Rowgate against other proxies: docs/performance.md. Exits with 1 where a figure is missed. */
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort(new Error(`${signal}: nothing is left behind.`)));
}
const options = optionsOrExit();
try {
  if (!(await runBench(options, interrupted.signal))) process.exitCode = 1;
} catch (error) {
  console.error(interrupted.signal.aborted ? interrupted.signal.reason : error);
  process.exitCode = 1;
}

function optionsOrExit(): Options {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(1);
  }
}
