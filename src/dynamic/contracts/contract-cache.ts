import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../../json-schema/json.ts';
import { type Contract, createContract, loopEffort } from './compiled-contract.ts';

/** The compiled contracts of one column; each is compiled when it is first needed. */
export type ContractCache = Readonly<{
  /** Null if the contract cannot be compiled. */
  get: (slug: string, schema: JsonObject) => Contract | null;
  /** Drops contracts that are no longer served. */
  keep: (served: ServedSchema) => void;
  size: () => number;
  /** The workflows whose contract cannot be compiled, and so is not enforced. */
  unusable: () => readonly string[];
}>;

/** The schema of a workflow that is served now; null if there is none. */
export type ServedSchema = (slug: string) => JsonObject | null;

/** docs/decisions/0009-contracts.md has the memory of a contract, and the time to compile it. */
const maxContracts = 1_000;

/** @param onUnusable called once for a contract that was accepted with its row, but cannot be compiled. */
export function createContractCache(onUnusable: (slug: string, error: unknown) => void): ContractCache {
  type Known = Readonly<{ schema: JsonObject; contract: Contract | null }>;
  const known = new LRUCache<string, Known>({ max: maxContracts });
  const compiled = (slug: string, schema: JsonObject): Contract | null => {
    try {
      return createContract(schema, loopEffort);
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
