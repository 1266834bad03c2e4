import { EmbeddedPostgresError, USE_YOUR_OWN } from './errors.ts';
import { type Account, run } from './run.ts';

/** macOS brings a user for it; elsewhere it has the name that Linux distributions give it. */
const NAME = process.platform === 'darwin' ? '_postgres' : 'postgres';

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The account for a new data directory when we are root: Postgres refuses to run as root. It is created when missing.
 */
export async function postgresAccount(): Promise<Account> {
  const found = await lookUp();
  if (found) return found;
  const trouble = await create();
  const created = await lookUp();
  if (created) return created;
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and the system user "${NAME}" to run it as could not be created: ${trouble}`,
    `Start Rowgate as an ordinary user, or create it by hand (useradd --system ${NAME}). ${USE_YOUR_OWN}`,
  );
}

async function lookUp(): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { name: NAME, uid: Number(uid.output), gid: Number(gid.output) };
}

/** Gives what went wrong, if anything: a second Rowgate may have created it meanwhile, so the caller looks again. */
async function create(): Promise<string> {
  try {
    const group = await run('groupadd', ['--system', '--force', NAME]);
    const user = await run('useradd', [
      '--system',
      '--gid',
      NAME,
      '--no-create-home',
      '--shell',
      '/bin/false',
      NAME,
    ]);
    return [group.output, user.output].filter(Boolean).join('; ');
  } catch (error) {
    return String(error);
  }
}

/**
 * Whether the account can enter the directory. Asked by doing it, since mode bits do not tell of ACLs, user
 * namespaces and network mounts; 2 ms.
 */
export async function canEnter(account: Account, directory: string): Promise<boolean> {
  const { code } = await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], account);
  return code === 0;
}

/** Fails early and clearly when the kernel does not let us be the account, for which nothing later has a good word. */
export async function assertMayBecome(account: Account): Promise<void> {
  try {
    await run('/bin/sh', ['-c', ':'], account);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `We are root, but may not run a program as ${account.name} (uid ${account.uid}): ${String(error)}. A container without the capability SETUID forbids it, or a user namespace with too few uids.`,
      `Start Rowgate as an ordinary user. ${USE_YOUR_OWN}`,
      { cause: error },
    );
  }
}
