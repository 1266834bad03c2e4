import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { Snapshot } from '../../src/dynamic/registry/snapshot.ts';
import type { CommandLine, ExitCode } from './program.ts';

/** A subcommand whose arguments have been parsed. */
export type Task = (db: Kysely<Database>, line: CommandLine) => Promise<ExitCode>;

/**
 * A task that only reads the registry, which may be one that Rowgate has no write access to.
 *
 * @param readRegistry opens the database, reads all rows and closes it; a task that never calls it needs no database.
 */
export type ReadingTask = Readonly<{
  withRegistry: (readRegistry: () => Promise<Snapshot>, line: CommandLine) => Promise<ExitCode>;
}>;

/** A subcommand of `npm run keys` or `npm run registry`. */
export type Command = Readonly<{
  /** Lines of the usage text, without `npm run SCRIPT -- `. */
  usage: readonly string[];
  /** @throws UsageError, or an error of node:util's parseArgs, for invalid arguments. */
  parse: (args: string[]) => Task | ReadingTask;
}>;

/** Invalid arguments; the message is followed by the usage text. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
