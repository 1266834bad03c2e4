import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/config.ts';
import { migrate } from '../src/db/migrations.ts';
import { type Program, runAsProcess } from './command-line/program.ts';

const usage = `Usage: DATABASE_URL=postgres://user:password@host:5432/database npm run migrate

Applies the files of migrations/ that the database does not have yet. The embedded database does not need this:
npm start migrates it.`;

/** `npm run migrate`: migrates the database of DATABASE_URL. */
export const migrateProgram: Program = {
  usage,
  run: async ({ args, env, print }) => {
    parseArgs({ args: [...args], options: {} });
    const { databaseUrl, databaseCaFile } = loadConfig(env);
    if (databaseUrl === null) throw new Error(`DATABASE_URL is not set.\n\n${usage}`);
    const onApplied = (name: string): void => print(`applied  ${name}`);
    const applied = await migrate({ url: databaseUrl, caFile: databaseCaFile, onApplied });
    print(
      applied.length === 0
        ? 'Nothing to do: the database is up to date.'
        : `Done: ${applied.length} ${applied.length === 1 ? 'migration' : 'migrations'} applied.`,
    );
    return 0;
  },
};

if (import.meta.main) await runAsProcess(migrateProgram);
