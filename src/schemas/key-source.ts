/** The rows of all keys at one version, each to be validated on its own (parse-key.ts). */
export type KeyListing = Readonly<{ version: string; rows: readonly unknown[] }>;

/** Requests that a key made at this replica since they were last settled with the other replicas. */
export type KeyUse = Readonly<{ keyId: string; requests: number }>;

/** What is left to a key over all replicas; tokens may be below zero. */
export type KeyBalance = Readonly<{ keyId: string; tokens: number; used: number }>;

/** What the keys in memory need of a database. Every method rejects when the database cannot be asked. */
export type KeySource = Readonly<{
  readVersion: () => Promise<string>;
  /** Version and keys of one moment. */
  readKeys: () => Promise<KeyListing>;
  /** Adds what keys have used to what all replicas know, and returns what is left. */
  settleUse: (uses: readonly KeyUse[]) => Promise<readonly KeyBalance[]>;
}>;
