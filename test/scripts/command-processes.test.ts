import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../helpers/database.ts';
import { startTcpProxy } from '../helpers/proxies/tcp-proxy.ts';
import { echoRow } from '../helpers/rows.ts';
import { until } from '../helpers/until.ts';

const scripts = join(import.meta.dirname, '..', '..', 'scripts');
const unreachable = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' };

/** Starts a command as npm does, in a directory without a database. */
function start(name: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const { PATH = '', HOME = '' } = process.env;
  const file = join(scripts, `${name}.ts`);
  return spawn(process.execPath, [file, ...args], { cwd: '/', env: { PATH, HOME, ...env } });
}

async function run(name: string, args: readonly string[], env = {}, input = '') {
  const child = start(name, args, env);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr };
}

/** Other tests run the commands in their own process (`runInProcess`); these show what a process adds. */
describe.each(['keys', 'registry', 'migrate', 'grants'])('as a process, %s', (name) => {
  test('prints its usage to stdout if asked for it, and ends with 0', async () => {
    const { code, stdout, stderr } = await run(name, ['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^Usage: .*npm run ${name}`));
  });

  test('prints what is wrong with its arguments to stderr, and ends with 1', async () => {
    const { code, stdout, stderr } = await run(name, ['--no-such-option'], unreachable);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/no-such-option|Unknown/);
  });
});

describe('as a process', () => {
  test('a result of many lines reaches a pipe whole, with the exit code of the command', async () => {
    const rows = Array.from({ length: 4_000 }, (_, place) =>
      echoRow({ workflow_slug: `row-${place}`, modal_endpoint_url: 'nowhere' }),
    );
    const { code, stdout, stderr } = await run('registry', ['check', '-'], unreachable, JSON.stringify(rows));
    expect(code).toBe(1);
    expect(stdout.length).toBeGreaterThan(256 * 1024);
    expect(stdout).toMatch(/ in 4000 rows\.\n$/);
    expect(stderr).toMatch(/^The rows were not compared with those of the database\. /);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'a command that waits for its database ends at %s',
    async (signal) => {
      await using opened = new AsyncDisposableStack();
      const database = await createTestDatabase();
      opened.defer(database.drop);
      const proxy = await startTcpProxy(database.url);
      opened.defer(proxy.close);
      proxy.mute();
      const child = start('keys', ['list'], { DATABASE_URL: proxy.url(database.url) });
      const ended = once(child, 'exit');
      await until('it has connected', () => proxy.connections() > 0);
      child.kill(signal);
      expect(await ended).toEqual([null, signal]);
    },
  );
});
