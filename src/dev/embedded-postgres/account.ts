import { EmbeddedPostgresError, USE_YOUR_OWN } from './errors.ts';
import { type Account, run } from './run.ts';

/** macOS has a built-in user for it; elsewhere it has the name that Linux distributions use. */
const NAME = process.platform === 'darwin' ? '_postgres' : 'postgres';

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The account for a new data directory if we are root, since Postgres refuses to run as root. Created if missing.
 */
export async function postgresAccount(): Promise<Account> {
  const found = await lookUp();
  if (found) return found;
  const failure = await create();
  const created = await lookUp();
  if (created) return created;
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and the system user "${NAME}" to run it as could not be created: ${failure}`,
    `Start Rowgate as an ordinary user, or create that user yourself (useradd --system ${NAME}). ${USE_YOUR_OWN}`,
  );
}

async function lookUp(): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { name: NAME, uid: Number(uid.output), gid: Number(gid.output) };
}

/** Returns the error output, if any: another Rowgate may have created the user meanwhile, so the caller checks again. */
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
 * Whether the account can enter the directory. Tested by doing it, since mode bits do not reflect ACLs, user
 * namespaces and network mounts; takes 2 ms.
 */
export async function canEnter(account: Account, directory: string): Promise<boolean> {
  const { code } = await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], account);
  return code === 0;
}

/** Fails early and clearly if the kernel does not allow switching to the account; later errors would be obscure. */
export async function assertCanSwitchTo(account: Account): Promise<void> {
  try {
    await run('/bin/sh', ['-c', ':'], account);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `Rowgate runs as root, but cannot run a program as ${account.name} (uid ${account.uid}): ${String(error)}. The container may lack the capability SETUID, or the user namespace may have too few uids.`,
      `Start Rowgate as an ordinary user. ${USE_YOUR_OWN}`,
      { cause: error },
    );
  }
}
