import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../../json-schema/json.ts';
import { type Contract, createContract } from './contract.ts';

/** The contracts in use of one column, compiled at their first call. */
export type ContractCache = Readonly<{
  /** Null where the contract cannot be compiled. */
  get: (slug: string, schema: JsonObject) => Contract | null;
  /** Forgets what is no longer served. */
  keep: (served: ServedSchema) => void;
  size: () => number;
  /** The workflows whose contract cannot be compiled, and so is not held. */
  unusable: () => readonly string[];
}>;

/** The schema that a workflow is served by now. */
export type ServedSchema = (slug: string) => JsonObject | null;

/** What a contract takes in memory, and how long compiling it: docs/decisions/0009-contracts.md. */
const maxContracts = 1_000;

/** @param onUnusable told once of a contract that was found good and cannot be compiled nevertheless. */
export function createContractCache(onUnusable: (slug: string, error: unknown) => void): ContractCache {
  type Known = Readonly<{ schema: JsonObject; contract: Contract | null }>;
  const known = new LRUCache<string, Known>({ max: maxContracts });
  const compiled = (slug: string, schema: JsonObject): Contract | null => {
    try {
      return createContract(schema);
    } catch (error) {
      onUnusable(slug, error);
      return null;
    }
  };
  return {
    get: (slug, schema) => {
      const found = known.get(slug);
      if (found?.schema === schema) return found.contract;
      const contract = compiled(slug, schema);
      known.set(slug, { schema, contract });
      return contract;
    },
    keep: (served) => {
      for (const [slug, { schema }] of known.entries()) if (served(slug) !== schema) known.delete(slug);
    },
    size: () => known.size,
    unusable: () => [...known.entries()].flatMap(([slug, { contract }]) => (contract === null ? [slug] : [])),
  };
}
