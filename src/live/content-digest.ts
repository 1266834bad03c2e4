import { isStep, type Steps } from './cooperative-task.ts';

const wordDigits = 8;
const words = 4;

/**
 * A digest of a table's content from the hashes of its rows (32 hex digits each), whatever their order: their count, and for
 * each quarter of the hash the sum over all rows. Postgres computes the same in one pass without a sort, and sends 60 bytes
 * (db/registry/rows.ts). Exact up to 2^21 rows.
 */
export function* contentDigest(hashes: readonly Readonly<{ hash: string }>[]): Steps<string> {
  const sums = Array.from({ length: words }, () => 0);
  for (const [place, { hash }] of hashes.entries()) {
    if (isStep(place)) yield;
    for (let word = 0; word < words; word += 1) {
      const start = word * wordDigits;
      sums[word] = (sums[word] ?? 0) + Number.parseInt(hash.slice(start, start + wordDigits), 16);
    }
  }
  return [hashes.length, ...sums].join(' ');
}
