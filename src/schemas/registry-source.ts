/**
 * How changes to a registry are detected: `tracked` by a counter that a trigger keeps (Rowgate's migrations are applied), or
 * `compared`, by the content itself (a table that Rowgate may only read).
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

/** Called before any row is read; an error that it throws aborts the read. */
export type AcceptTable = (table: RegistryTable) => Promise<void>;

/**
 * Why a registry has no rows: all were deleted, each by a DELETE that the history has; they are gone in another way
 * (TRUNCATE, a restore); or it is not known that there ever was a row.
 */
export type Emptiness = 'deleted' | 'unexplained' | 'unknown';

/** A row's slug as in the table, and the hash of its whole content; equal hashes mean equal rows. */
export type RowHash = Readonly<{ slug: string | null; hash: string }>;

/**
 * The whole registry at one version: all hashes in the order of slugs, and the results for rows whose hashes were not known.
 */
export type RegistryListing<T> = Readonly<{
  version: string;
  mode: RegistryMode;
  /** The table and its columns; if they change, rows change without a new version. */
  structure: string | null;
  hashes: readonly RowHash[];
  rows: ReadonlyMap<string, T>;
}>;

/**
 * Called with each row as it arrives, while the server is still sending others; what it does not keep of a row is freed.
 *
 * @param slug as in the table, as text.
 */
export type TakeRow<T> = (row: unknown, hash: string, slug: string | null) => T;

/** What changed in some rows: each slug that was touched, as in the table, and the rows that have these slugs now. */
export type RegistryDifference = Readonly<{
  version: string;
  slugs: ReadonlySet<string>;
  rows: readonly Readonly<{ slug: string | null; hash: string; row: unknown }>[];
}>;

/** What the reloader needs from a database. Every method rejects if the database cannot be queried. */
export type RegistrySource = Readonly<{
  /** The current version in the database, read cheaply; null if only a listing can show it. */
  readVersion: () => Promise<string | null>;
  /** Version and rows, read at the same time; the contents of known rows are not read again. */
  readListing: <T>(
    knownHashes: ReadonlySet<string>,
    take: TakeRow<T>,
    accept?: AcceptTable,
  ) => Promise<RegistryListing<T>>;
  /** Version and content, read at the same time; the digest is that of live/content-digest.ts. */
  readDigest: () => Promise<Readonly<{ version: string; digest: string }>>;
  /** Called if no row was found. */
  readEmptiness: () => Promise<Emptiness>;
  /** What changed since a version, or null if only a listing can show it. */
  readDifference: (sinceVersion: string) => Promise<RegistryDifference | null>;
  /**
   * Earlier contents of rows by their slugs as in the table, newest first; null stands for a time at which a row did not
   * exist. `depth` entries of each are read; one that has as many may have more. Empty without history.
   */
  readHistories: (
    slugs: readonly string[],
    depth: number,
  ) => Promise<ReadonlyMap<string, readonly unknown[]>>;
}>;
