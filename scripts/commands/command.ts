import type { Kysely } from 'kysely';
import type { Database } from '../../src/db/tables.ts';

/** What a subcommand does once its arguments were understood. It prints to stdout. */
export type Task = (db: Kysely<Database>) => Promise<void>;

/** A subcommand of `npm run registry`. */
export type Command = Readonly<{
  /** Lines of the usage text, without `npm run registry -- `. */
  usage: readonly string[];
  /** @throws UsageError, or what node:util's parseArgs throws, for arguments that it does not understand. */
  parse: (args: string[]) => Task;
}>;

/** Arguments that make no sense; the usage text is shown with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
