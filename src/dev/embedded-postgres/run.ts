import { spawn } from 'node:child_process';

/** The system user that runs the server; `undefined` means the user of this process. */
export type Account = Readonly<{ name: string; uid: number; gid: number }>;

export type Outcome = Readonly<{ code: number | null; output: string }>;

/**
 * Loader paths are kept for systems without /lib (Nix), and how memory is allocated; the server needs none of our other
 * variables.
 */
const KEPT = new Set([
  'PATH',
  'TMPDIR',
  'GLIBC_TUNABLES',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'DYLD_FALLBACK_LIBRARY_PATH',
]);

function isKept(name: string): boolean {
  return process.platform === 'win32' ? !name.toUpperCase().startsWith('PG') : KEPT.has(name);
}

/**
 * The environment of everything we spawn: no PG* of the user (PGDATA, PGPORT and PGOPTIONS would redirect the
 * binaries), no secrets, and LC_ALL=C because we parse their output. Windows programs need their SystemRoot and
 * TEMP, so there only PG* is dropped.
 */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => isKept(name));
  // su without "-" leaves /usr/sbin (useradd) out of PATH.
  const path =
    process.platform === 'win32'
      ? {}
      : { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/bin:/sbin:/bin` };
  return { ...Object.fromEntries(kept), ...path, LC_ALL: 'C' };
}

/**
 * How a program or the server is spawned: in its own session (a terminal's Ctrl-C does not reach it) and in `/` (the account
 * may not be allowed to enter our working directory).
 */
export function spawnOptions(account: Account | undefined) {
  return {
    cwd: '/',
    detached: true,
    windowsHide: true,
    env: cleanEnvironment(),
    ...(account && { uid: account.uid, gid: account.gid }),
  };
}

/**
 * Runs a program to its end, without a shell, and returns its exit code and output.
 *
 * @throws the spawn error (ENOENT, EACCES) if it could not be started.
 */
export function run(file: string, args: readonly string[], account?: Account): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...spawnOptions(account), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: output.trim() }));
  });
}
