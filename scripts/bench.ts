import { exitIfHelpRequested } from './command-line/help.ts';
import { type Options, parseOptions, usage } from './bench/proxy/options.ts';
import { runBench } from './bench/proxy/run-bench.ts';

/** `npm run bench`: measures Rowgate against other proxies: docs/performance.md. Exits with 1 if a target is missed. */
exitIfHelpRequested(usage);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort(new Error(`Interrupted by ${signal}.`)));
}
const options = optionsOrExit();
try {
  if (!(await runBench(options, interrupted.signal))) process.exitCode = 1;
} catch (error) {
  console.error(interrupted.signal.aborted ? interrupted.signal.reason : error);
  process.exitCode = 1;
}

function optionsOrExit(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(1);
  }
}
