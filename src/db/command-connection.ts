import { readRegularFileSync } from '../live/regular-file.ts';

/** The file with the embedded database's port and password for commands, relative to the directory it was started in. */
const passfile = '.data/postgres.passfile';
const maxPassfileBytes = 64 * 1024;

/**
 * The URL of the database that a command uses: `databaseUrl` (DATABASE_URL), otherwise the embedded database, which is
 * available while `npm start` runs in this directory.
 *
 * @throws Error with the remedy if there is neither.
 */
export async function commandDatabaseUrl(databaseUrl: string | null): Promise<string> {
  if (databaseUrl !== null) return databaseUrl;
  const lines = readPassfile();
  const [host, port, , user, password] = (lines.trim().split('\n').at(-1) ?? '').split(':');
  if (password === undefined)
    throw new Error(
      `No database: set DATABASE_URL, or run npm start in this directory first (it writes ${passfile}).`,
    );
  return `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/rowgate`;
}

function readPassfile(): string {
  try {
    return readRegularFileSync(passfile, maxPassfileBytes);
  } catch {
    return '';
  }
}
