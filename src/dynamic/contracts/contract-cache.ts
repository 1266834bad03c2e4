import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../../json-schema/json.ts';
import { type Contract, createContract, loopEffort } from './compiled-contract.ts';
import { isLarge } from './contract-size.ts';

/** A contract for the event loop: compiled, or `large` if worker threads validate by it, or `unusable` if it cannot be compiled. */
export type CachedContract = Contract | 'large' | 'unusable';

/** The compiled contracts of one column; each is compiled when it is first needed. */
export type ContractCache = Readonly<{
  /** Compiles the contract if that has not been done. */
  get: (slug: string, schema: JsonObject) => CachedContract;
  /** Undefined if it has not been compiled. */
  peek: (slug: string, schema: JsonObject) => CachedContract | undefined;
  /** A worker thread could not compile a contract, which the event loop does not try. */
  failed: (slug: string, schema: JsonObject, error: unknown) => void;
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
  type Known = Readonly<{ schema: JsonObject; contract: CachedContract }>;
  const known = new LRUCache<string, Known>({ max: maxContracts });
  const compiled = (slug: string, schema: JsonObject): CachedContract => {
    if (isLarge(schema)) return 'large';
    try {
      return createContract(schema, loopEffort);
    } catch (error) {
      onUnusable(slug, error);
      return 'unusable';
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
    peek: (slug, schema) => {
      const found = known.get(slug);
      return found?.schema === schema ? found.contract : undefined;
    },
    failed: (slug, schema, error) => {
      const found = known.get(slug);
      if (found?.schema !== schema || found.contract === 'unusable') return;
      known.set(slug, { schema, contract: 'unusable' });
      onUnusable(slug, error);
    },
    keep: (served) => {
      for (const [slug, { schema }] of known.entries()) if (served(slug) !== schema) known.delete(slug);
    },
    size: () => known.size,
    unusable: () =>
      [...known.entries()].flatMap(([slug, { contract }]) => (contract === 'unusable' ? [slug] : [])),
  };
}
