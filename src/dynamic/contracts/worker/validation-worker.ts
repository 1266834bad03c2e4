import { LRUCache } from 'lru-cache';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { isJsonObject } from '../../../json-schema/json.ts';
import { type Contract, createContract } from '../compiled-contract.ts';
import { checkBody } from '../request-check.ts';
import { driftIn } from '../response-check.ts';
import type { ValidationJob, ValidationResult } from './validation-job.ts';

/** Compiled contracts that a worker keeps: 18 KiB each in the demo registry (docs/decisions/0009-contracts.md). */
const maxContracts = 1_000;
/** The length of their texts together, since worker threads have the large ones. */
const maxTextLength = 16 * 1024 * 1024;

/** Compiled, or why that is not possible. */
const contracts = new LRUCache<string, Contract | string>({
  max: maxContracts,
  maxSize: maxTextLength,
  sizeCalculation: (_, text) => text.length,
});

/** Called by Piscina for each job. An error fails the job, and the worker continues. */
export default function validate(job: ValidationJob): unknown {
  const result = resultOf(job);
  if (result.kind !== 'valid' || result.changed === null) return result;
  // A copy, since the memory of a small Buffer is shared with others and cannot be transferred.
  const changed = new Uint8Array(result.changed);
  return move({ [transferableSymbol]: changed.buffer, [valueSymbol]: { ...result, changed } });
}

function resultOf(job: ValidationJob): ValidationResult {
  const contract = contractOf(job.schema);
  if (typeof contract === 'string') return { kind: 'unusable', why: contract };
  const bytes = new Uint8Array(job.body);
  if (job.kind === 'response') return { kind: 'drift', violations: driftIn(contract, bytes) };
  const verdict = checkBody(contract, bytes, job.withDefaultMembers);
  if (verdict.kind === 'invalid') return verdict;
  return { kind: 'valid', changed: verdict.body === bytes ? null : verdict.body };
}

function contractOf(text: string): Contract | string {
  const known = contracts.get(text) ?? compiled(text);
  contracts.set(text, known);
  return known;
}

function compiled(text: string): Contract | string {
  const schema: unknown = JSON.parse(text);
  if (!isJsonObject(schema)) throw new TypeError('The contract is not a JSON object.');
  try {
    return createContract(schema);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
