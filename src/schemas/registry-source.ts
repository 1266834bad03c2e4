/**
 * How changes of a registry are noticed: `tracked` by a counter that a trigger keeps (Rowgate's migrations are applied),
 * or `compared`, by the content itself (a table that Rowgate may only read).
 */
export type RegistryMode = 'tracked' | 'compared';

/** The columns that a table has, with the category of each type (pg_type.typcategory: S for text, B for boolean, …). */
export type ColumnCategories = ReadonlyMap<string, string>;

/** What a table is apart from its rows. */
export type RegistryTable = Readonly<{
  /** Which table it is: another one may take its place and its name. */
  id: string | null;
  columns: ColumnCategories;
  /** The columns that the newest entries of the history have. Empty without history. */
  recordedColumns: () => Promise<readonly string[]>;
}>;

/** Called before any row is read; what it throws ends the reading. */
export type AcceptTable = (table: RegistryTable) => Promise<void>;

/**
 * Why a registry has no rows: all were deleted, each by a DELETE that the history has; they are gone in another way (TRUNCATE,
 * a restore); or nothing is known of any row.
 */
export type Emptiness = 'deleted' | 'unexplained' | 'unknown';

/** A row's slug as the table has it, and the hash of its whole content; equal hashes mean equal rows. */
export type RowHash = Readonly<{ slug: string | null; hash: string }>;

/** The whole registry at one version: all hashes in the order of slugs, and what was made of the rows whose hashes were not known. */
export type RegistryListing<T> = Readonly<{
  version: string;
  mode: RegistryMode;
  /** The table and its columns; where they differ, rows differ without a new version. */
  structure: string | null;
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
  readListing: <T>(
    knownHashes: ReadonlySet<string>,
    take: TakeRow<T>,
    accept?: AcceptTable,
  ) => Promise<RegistryListing<T>>;
  /** Version and content of one moment; the digest is that of live/content-digest.ts. */
  readDigest: () => Promise<Readonly<{ version: string; digest: string }>>;
  /** Asked where no row was found. */
  readEmptiness: () => Promise<Emptiness>;
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
