/**
 * How changes of a registry are noticed: `tracked` by a counter that a trigger keeps (Rowgate's migrations are applied),
 * or `compared`, by the content itself (a table that Rowgate may only read).
 */
export type RegistryMode = 'tracked' | 'compared';

/** A row's slug as the table has it, and the hash of its whole content; equal hashes mean equal rows. */
export type RowHash = Readonly<{ slug: string | null; hash: string }>;

/** The whole registry at one version: all hashes in the order of slugs, and what was made of the rows whose hashes were not known. */
export type RegistryListing<T> = Readonly<{
  version: string;
  mode: RegistryMode;
  hashes: readonly RowHash[];
  rows: ReadonlyMap<string, T>;
}>;

/**
 * What is made of a row as it arrives, while the server still sends others: what it does not keep of it is free again.
 *
 * @param slug as the table has it, in text.
 */
export type TakeRow<T> = (row: unknown, hash: string, slug: string | null) => T;

/** What became of some rows: each slug that was touched, as the table has it, and the rows that these slugs have now. */
export type RegistryDifference = Readonly<{
  version: string;
  slugs: ReadonlySet<string>;
  rows: readonly Readonly<{ slug: string | null; hash: string; row: unknown }>[];
}>;

/** What the reloader needs of a database. Every method rejects when the database cannot be asked. */
export type RegistrySource = Readonly<{
  /** The version that the database has now, cheaply; null where only a listing can show it. */
  readVersion: () => Promise<string | null>;
  /** Version and rows of one moment; the contents of known rows are not read again. */
  readListing: <T>(knownHashes: ReadonlySet<string>, take: TakeRow<T>) => Promise<RegistryListing<T>>;
  /** What changed since a version, or null where only a listing can show it. */
  readDifference: (sinceVersion: string) => Promise<RegistryDifference | null>;
  /**
   * Earlier contents of rows by their slugs as the table has them, the newest first; null is a time at which a row was not
   * there. `depth` entries of each are read; one that has as many may have more. Empty without history.
   */
  readHistories: (
    slugs: readonly string[],
    depth: number,
  ) => Promise<ReadonlyMap<string, readonly unknown[]>>;
}>;
