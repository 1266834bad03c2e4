import { lstat, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { unless } from '../../live/node-errors.ts';
import { EmbeddedPostgresError, USE_YOUR_OWN } from './errors.ts';

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Creates the library links that an npm package cannot contain. Its install script (scripts/hydrate-symlinks.js) creates
 * them, unless `--ignore-scripts` or npm's allowScripts blocked it; then `postgres` does not find libicuuc.so.60. Writes
 * nothing if none is missing, since node_modules may be read-only.
 *
 * @param packageRoot the directory that the paths in native/pg-symlinks.json are relative to.
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
      `A library link of the embedded Postgres is missing and cannot be created: ${String(error)}`,
      `Create it with npm, as the user who owns node_modules: npm rebuild --ignore-scripts=false. ${USE_YOUR_OWN}`,
      { cause: error },
    );
  }
}
