/** The rows of all keys at one version, each to be validated on its own (parse-key.ts). */
export type KeyListing = Readonly<{ version: string; rows: readonly unknown[] }>;

/** Content, and the database's time when it was read, in milliseconds since 1970. */
export type AtDatabaseTime<Content> = Readonly<{ content: Content; databaseMs: number }>;

/** Requests that a key made at this replica; 0 for a key that was only refused. */
export type KeyUse = Readonly<{ keyId: string; requests: number }>;

/**
 * The use of one period at one replica. A settlement whose outcome is unknown is sent again under the same number, and is
 * counted once.
 */
export type KeySettlement = Readonly<{
  /** A UUID of the process that counted. */
  processId: string;
  /** Greater with each settlement of the process. */
  sequence: number;
  /** How long ago the period began. */
  seconds: number;
  uses: readonly KeyUse[];
}>;

/** What a key has left across all replicas; tokens may be below zero. */
export type KeyBalance = Readonly<{
  keyId: string;
  tokens: number;
  used: number;
  /** The start of the month that `used` counts, in milliseconds since 1970. */
  monthStartsAtMs: number;
}>;

/** What the keys in memory need from a database. Every method rejects if the database cannot be queried. */
export type KeySource = Readonly<{
  readVersion: () => Promise<AtDatabaseTime<string>>;
  /** Version and keys, read at the same time. */
  readKeys: () => Promise<AtDatabaseTime<KeyListing>>;
  /** Adds the use of keys at one replica to the total of all replicas, exactly once, and returns what is left. */
  settleUse: (settlement: KeySettlement) => Promise<readonly KeyBalance[]>;
}>;
