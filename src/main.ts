import { join, relative } from 'node:path';
import { styleText } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { type App, buildApp } from './app.ts';
import { banner, createKeyCommand } from './config/banner.ts';
import { type Config, ConfigError, loadConfig } from './config/config.ts';
import { formatError } from './db/format-error.ts';
import { createLog, observeWith } from './observability/logger.ts';
import { collectProcessMetrics, createMetrics } from './observability/metrics.ts';
import { fanOut, type Observe } from './observability/observation.ts';
import { type HttpServer, listen } from './server/http-server.ts';

/** Ctrl-C arrives twice: from the terminal, which signals the whole process group, and from npm, which forwards it. */
const repeatIgnoredMs = 1_000;
const demoSlug = 'infer-company-industry';
const failed = 1;
/** How long the reader of the log may take to read its last lines. */
const logFlushMs = 500;
const unknownKeys =
  'requests that need a key are refused with 503 until the database can be read; the log shows the cause (keys_out_of_sync)';

const config = configOrExit();
const isTerminal = process.stdout.isTTY;
const log = await createLog(config.logLevel, isTerminal);
const metrics = createMetrics();
const subscribers: readonly Observe[] = [observeWith(log), metrics.observe];
const observe = fanOut(subscribers);
collectProcessMetrics();
const starting = new AbortController();
let running: Readonly<{ app: App; server: HttpServer }> | undefined;
let stoppingSince: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
// If nobody reads stderr, reporting a failure must not cause another one.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => {
  process.stderr.write(`\nRowgate crashed. This is a bug; please report it: ${error.stack}\n`);
  void leave(failed);
});

try {
  running = await start(config, observe, starting.signal);
  // A signal at the very end of the start found nothing to stop.
  if (starting.signal.aborted) void shutDown(running);
} catch (error) {
  if (starting.signal.aborted) observe({ kind: 'shutdown_finished' });
  else reportError(error);
  await leave(starting.signal.aborted ? 0 : failed);
}

async function start(
  settings: Config,
  notify: Observe,
  signal: AbortSignal,
): Promise<{ app: App; server: HttpServer }> {
  const home = join(process.cwd(), '.data');
  const app = await buildApp({ config: settings, subscribers, metrics, home, signal });
  try {
    const { host, port, maxBodyBytes } = settings;
    const { handle, crossOrigin } = app;
    const server = await listen({ handle, crossOrigin, observe: notify, host, port, maxBodyBytes });
    announce(app, server.url, settings, notify);
    return { app, server };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function announce(app: App, url: string, { host, databaseUrl, connectTo }: Config, notify: Observe): void {
  notify({ kind: 'listening', url });
  const keyCount = app.keyCount();
  if (keyCount === 'not_needed') notify({ kind: 'server_open' });
  if (keyCount === 'unknown') notify({ kind: 'keys_unknown', remedy: unknownKeys });
  if (keyCount === 0) notify({ kind: 'no_keys_yet', remedy: createKeyCommand });
  if (databaseUrl !== null && !isTerminal) return;
  const standIn = app.simulator?.origin ?? connectTo;
  const snapshot = app.current();
  if (snapshot === undefined) return;
  const { entries, bySlug, counts } = snapshot;
  const example =
    bySlug.get(demoSlug)?.definition ?? entries.find(({ definition }) => definition !== null)?.definition;
  const facts = {
    version: packageJson.version,
    url,
    counts,
    access: keyCount === 'not_needed' ? ('open' as const) : ('keys' as const),
    isLoopbackOnly: /^(?:127\.|localhost$|::1$)/.test(host),
    standIn: standIn === null ? null : { origin: standIn, isSimulator: app.simulator !== null },
    psql: app.embedded === null ? null : psqlCommand(app.embedded.passfile, app.embedded.port),
    example: example ?? undefined,
  };
  process.stdout.write(
    `${banner(facts, (style, text) => styleText(style, text, { stream: process.stdout }))}\n`,
  );
}

function psqlCommand(passfile: string, port: number): string {
  const path = relative(process.cwd(), passfile);
  return `PGPASSFILE='${path.replaceAll("'", `'\\''`)}' psql -h 127.0.0.1 -p ${port} -U rowgate rowgate`;
}

function stop(signal: string): void {
  const now = performance.now();
  if (stoppingSince !== undefined) {
    if (now - stoppingSince < repeatIgnoredMs) return;
    observe({ kind: 'shutdown_forced', why: `${signal} again` });
    void leave(failed);
    return;
  }
  stoppingSince = now;
  observe({ kind: 'shutdown_started', signal, graceMs: config.shutdownGraceMs });
  if (running === undefined) starting.abort(new Error(`${signal} during start-up`));
  else void shutDown(running);
}

async function shutDown({ app, server }: Readonly<{ app: App; server: HttpServer }>): Promise<void> {
  try {
    app.drain();
    await server.close(config.shutdownGraceMs);
    await app.close();
    observe({ kind: 'shutdown_finished' });
    await leave(0);
  } catch (error) {
    reportError(error, 'did not stop cleanly');
    await leave(failed);
  }
}

async function leave(exitCode: number): Promise<void> {
  await log.end(logFlushMs);
  process.exit(exitCode);
}

function configOrExit(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    reportError(error);
    process.exit(failed);
  }
}

/** Prints the message of an error; the stack only of an unexpected one. */
function reportError(error: unknown, what = 'did not start'): void {
  const isExpected = error instanceof Error && error.constructor !== TypeError;
  const text = isExpected ? formatError(error) : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`\nRowgate ${what}: ${text}\n`);
}
