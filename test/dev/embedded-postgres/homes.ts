import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

const StartResult = z.object({
  error: z.string().optional(),
  url: z.string().default(''),
  port: z.number().default(0),
  adopted: z.boolean().optional(),
  created: z.boolean().optional(),
  dataDir: z.string().default(''),
});

export type Child = Readonly<{
  result: z.infer<typeof StartResult>;
  kill(): Promise<void>;
  finish(): Promise<void>;
}>;

/** A home directory for one test, removed after it together with its server and with what root put elsewhere for it. */
export function temporaryHome(
  options: { name?: string; open?: boolean; uid?: number; from?: string } = {},
): string {
  const { name = 'home', open = true, uid, from } = options;
  const parent = mkdtempSync(join(tmpdir(), 'rowgate-embedded-'));
  if (open) chmodSync(parent, 0o755);
  if (uid !== undefined) chownSync(parent, uid, uid);
  const home = join(parent, name);
  onTestFinished(() => {
    killServer(home);
    const link = join(home, 'postgres');
    if (existsSync(link) && realpathSync(link) !== join(realpathSync(home), 'postgres')) {
      rmSync(realpathSync(link), { recursive: true, force: true });
    }
    rmSync(parent, { recursive: true, force: true, maxRetries: 20 });
  });
  if (from !== undefined) execFileSync('cp', ['-a', from, home]);
  return home;
}

export function serverPid(home: string): number {
  return Number(readFileSync(join(home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Kills the server and its backends, if there are any. */
export function killServer(home: string): void {
  if (!existsSync(join(home, 'postgres', 'postmaster.pid'))) return;
  const pid = serverPid(home);
  // Only a postgres: a test may have written the pid of another program.
  const all = processes();
  if (!all.some((process) => process.pid === pid && process.command.includes('postgres'))) return;
  for (const process of all) if (process.pid === pid || process.parent === pid) kill(process.pid);
}

export function processes() {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [pid, parent, command = ''] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), command };
  });
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has exited by itself.
  }
}

export function spawnStart(home: string, uid?: number): ChildProcess {
  const script = join(import.meta.dirname, 'start-in-child.ts');
  const child = spawn(process.execPath, [script, home], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: dirname(script),
    ...(uid !== undefined && { uid, gid: uid }),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Starts it in a separate process, which can then be killed. */
export async function startInChild(home: string, uid?: number): Promise<Child> {
  const child = spawnStart(home, uid);
  if (!child.stdout) throw new Error('no stdout');
  const [line]: unknown[] = await once(createInterface(child.stdout), 'line');
  const end = async (how: () => unknown) => {
    const exit = once(child, 'exit');
    how();
    await exit;
  };
  return {
    result: StartResult.parse(JSON.parse(String(line))),
    kill: () => end(() => child.kill('SIGKILL')),
    finish: () => end(() => child.stdin?.end()),
  };
}

export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
