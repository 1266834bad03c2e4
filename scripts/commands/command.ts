import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';
import type { Snapshot } from '../../src/dynamic/registry/snapshot.ts';

/** What a subcommand does once its arguments were understood. It prints to stdout. */
export type Task = (db: Kysely<Database>) => Promise<void>;

/**
 * A task that only looks at the registry, wherever that is, also one that Rowgate may only read.
 *
 * @param readRegistry opens the database, reads all rows and closes it; what is never asked for needs no database.
 */
export type ReadingTask = Readonly<{
  withRegistry: (readRegistry: () => Promise<Snapshot>) => Promise<void>;
}>;

/** A subcommand of `npm run registry`. */
export type Command = Readonly<{
  /** Lines of the usage text, without `npm run registry -- `. */
  usage: readonly string[];
  /** @throws UsageError, or what node:util's parseArgs throws, for arguments that it does not understand. */
  parse: (args: string[]) => Task | ReadingTask;
}>;

/** Arguments that make no sense; the usage text is shown with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
