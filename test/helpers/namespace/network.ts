import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A public address that only this namespace has; no packet leaves the machine. */
export const publicAddress = '93.184.215.14';
/** Another, on which nothing listens. */
export const silentAddress = '93.184.215.15';

const arrange = `ip link set lo up
ip addr add ${publicAddress}/32 dev lo
ip addr add ${silentAddress}/32 dev lo
mount --bind "$1" /etc/hosts
shift
exec "$@"`;

/**
 * Runs a command in a network of its own, without the internet, in which this file stands in for /etc/hosts.
 *
 * @returns what it wrote to stdout.
 * @throws Error with what it wrote to stderr, where it fails.
 */
export async function runInNamespace(hostsFile: string, command: readonly string[]): Promise<string> {
  const args = ['-n', '-m', 'sh', '-ec', arrange, 'sh', hostsFile, ...command];
  const { stdout } = await run('unshare', args, { timeout: 120_000 });
  return stdout;
}

/** Why no such network can be made here, or null where it can: it takes root, unshare and ip. */
export async function whyNoNamespace(): Promise<string | null> {
  if (process.platform !== 'linux') return 'needs Linux';
  try {
    await runInNamespace('/etc/hosts', ['true']);
    await run('openssl', ['version']);
    return null;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error);
    return `needs root, unshare, ip and openssl: ${why}`;
  }
}
