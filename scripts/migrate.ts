import { loadConfig } from '../src/config/config.ts';
import { formatError } from '../src/db/format-error.ts';
import { migrate } from '../src/db/migrations.ts';

/** `npm run migrate`: brings the database of DATABASE_URL up to date. */
const usage = `npm run migrate applies migrations/*.sql to an external database. Set DATABASE_URL to it:

  DATABASE_URL=postgres://user:password@host:5432/database npm run migrate

The embedded database needs no such step: npm start migrates it.`;

try {
  const { databaseUrl, databaseCaFile } = loadConfig(process.env);
  if (databaseUrl === null) throw new Error(`DATABASE_URL is not set.\n\n${usage}`);
  const onApplied = (name: string): void => console.log(`applied  ${name}`);
  const applied = await migrate({ url: databaseUrl, caFile: databaseCaFile, onApplied });
  console.log(
    applied.length === 0 ? 'Nothing to do: the database is up to date.' : `Done: ${applied.length} applied.`,
  );
} catch (error) {
  console.error(formatError(error));
  process.exitCode = 1;
}
