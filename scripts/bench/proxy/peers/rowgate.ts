import { execFile } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'undici';
import { z } from 'zod';
import { freePort } from '../../free-port.ts';
import { insertRows, pathOf } from '../../rows.ts';
import { startOptions } from '../../start-options.ts';
import type { Workbench } from '../../workbench.ts';
import { confine } from '../cores.ts';
import { benchRows, calledRows } from '../routes.ts';
import { trusting } from '../certificate.ts';
import type { StartPeer } from './peer.ts';

const run = promisify(execFile);
const scripts = join(import.meta.dirname, '..', '..', '..');
const mainFile = join(scripts, '..', 'src', 'main.ts');
const readyMs = 60_000;
const Key = z.object({ key: z.string() });

type Variant = Readonly<{
  routes: number;
  /** Keys with limits, contracts and the log as shipped; else all that can be switched off is off. */
  hasEverything: boolean;
}>;

/** Starts Rowgate in a process of its own, with the options of `npm start` and its log written to a file. */
export function rowgate({ routes, hasEverything }: Variant): StartPeer {
  let database: ReturnType<typeof prepared> | undefined;
  return async ({ bench, cores, certificate, functions }, transport) => {
    const name = `rowgate_${routes}_${hasEverything ? 'on' : 'off'}`;
    database ??= prepared(bench, name);
    const { url: databaseUrl, key } = await database;
    const home = join(bench.directory, `${name}_${transport}`);
    await mkdir(home, { recursive: true });
    const log = await open(join(home, 'log'), 'w');
    const port = await freePort();
    const child = bench.children.start(mainFile, {
      env: {
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: databaseUrl,
        AUTH: hasEverything ? 'required' : 'off',
        LOG_LEVEL: hasEverything ? 'info' : 'warn',
        UPSTREAM_CONNECT_TO: functions.origins[transport] ?? '',
        SNAPSHOT_PATH: join(home, 'snapshot.json'),
        ...trusting(certificate?.certificateFile),
      },
      execArgv: startOptions,
      output: log.fd,
      cores: cores?.all,
    });
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, () => child.exitCode === null);
    await confine(child.pid, cores);
    return {
      url,
      pid: child.pid ?? null,
      paths: (size) => calledRows(size, routes).map(pathOf),
      eventsPath: pathOf(routes - 1),
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      [Symbol.asyncDispose]: async () => {
        await bench.children.stop(child);
        await log.close();
      },
    };
  };

  async function prepared(bench: Workbench, name: string) {
    const url = await bench.createDatabase(name);
    await insertRows(url, benchRows(routes, { withContract: hasEverything }));
    return { url, key: hasEverything ? await createKey(url) : null };
  }
}

/** A key whose limits are never reached. */
async function createKey(databaseUrl: string): Promise<string> {
  const limits = ['--rate', '1000000', '--quota', '999999999'];
  const args = ['create', '--name', 'bench', '--scopes', 'run:**', ...limits, '--json'];
  const { stdout } = await run(process.execPath, [join(scripts, 'keys.ts'), ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  const created: unknown = JSON.parse(stdout);
  return Key.parse(created).key;
}

async function untilReady(url: string, isRunning: () => boolean): Promise<void> {
  const client = new Client(url);
  const giveUpAt = performance.now() + readyMs;
  for (;;) {
    const status = await client.request({ method: 'GET', path: '/readyz' }).then(
      async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      },
      () => 0,
    );
    if (status === 200) break;
    if (!isRunning() || performance.now() > giveUpAt)
      throw new Error(`Rowgate did not become ready at ${url}.`);
    await delay(20);
  }
  await client.close();
}
