import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/config.ts';
import { formatError } from '../src/db/format-error.ts';
import { migrate } from '../src/db/migrations.ts';
import { exitIfHelpRequested } from './command-line/help.ts';

/** `npm run migrate`: migrates the database of DATABASE_URL. */
const usage = `Usage: DATABASE_URL=postgres://user:password@host:5432/database npm run migrate

Applies the files of migrations/ that the database does not have yet. The embedded database does not need this:
npm start migrates it.`;

exitIfHelpRequested(usage);
try {
  parseArgs({ options: {} });
  const { databaseUrl, databaseCaFile } = loadConfig(process.env);
  if (databaseUrl === null) throw new Error(`DATABASE_URL is not set.\n\n${usage}`);
  const onApplied = (name: string): void => console.log(`applied  ${name}`);
  const applied = await migrate({ url: databaseUrl, caFile: databaseCaFile, onApplied });
  console.log(
    applied.length === 0
      ? 'Nothing to do: the database is up to date.'
      : `Done: ${applied.length} ${applied.length === 1 ? 'migration' : 'migrations'} applied.`,
  );
} catch (error) {
  console.error(formatError(error));
  process.exitCode = 1;
}
