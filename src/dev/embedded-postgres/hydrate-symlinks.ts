import { lstat, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { unless } from '../../live/node-errors.ts';
import { EmbeddedPostgresError, USE_YOUR_OWN } from './errors.ts';

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Makes the library links that an npm package cannot hold. Its install script (scripts/hydrate-symlinks.js) makes
 * them, unless `--ignore-scripts` or npm's allowScripts blocked it; then `postgres` does not find libicuuc.so.60.
 * Writes nothing when none is missing: node_modules may be read-only.
 *
 * @param packageRoot the directory that the paths of native/pg-symlinks.json start from.
 */
export async function hydrateSymlinks(packageRoot: string): Promise<void> {
  const json = await unless(['ENOENT'], readFile(join(packageRoot, 'native/pg-symlinks.json'), 'utf8'));
  if (json === undefined) return;
  const parsed: unknown = JSON.parse(json);
  await Promise.all(Links.parse(parsed).map(({ source, target }) => hydrate(packageRoot, source, target)));
}

async function hydrate(packageRoot: string, source: string, target: string): Promise<void> {
  const path = join(packageRoot, target);
  if (await unless(['ENOENT'], lstat(path))) return;
  try {
    await unless(['EEXIST'], symlink(relative(dirname(target), source), path));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `A library link of the embedded Postgres is missing and cannot be made: ${String(error)}`,
      `Let npm make it, as the user who owns node_modules: npm rebuild --ignore-scripts=false. ${USE_YOUR_OWN}`,
      { cause: error },
    );
  }
}
