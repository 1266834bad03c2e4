import { type BenchRow, plainRow } from '../rows.ts';
import { eventsPath, functionHost } from './functions/functions.ts';
import { contract, type Size } from './payloads.ts';

/** So many functions of each size are called in turn, however many routes there are. */
const calledFunctions = 49;

/** Rows of a registry; every other one has a function with large responses, and the last one sends events. */
export function benchRows(count: number, { withContract }: { withContract: boolean }): readonly BenchRow[] {
  return Array.from({ length: count }, (_, n) => ({
    ...plainRow(n),
    modal_function_name: null,
    modal_endpoint_url: `https://${functionHost}${n === count - 1 ? eventsPath : functionPath(n)}`,
    timeout_seconds: 30,
    ...(withContract ? contract : {}),
  }));
}

/** The path at the function's host of the nth row. */
export function functionPath(n: number): string {
  return `/${n % 2 === 0 ? 'small' : 'large'}/${n}`;
}

/** The rows that are called, spread over all of a registry. */
export function calledRows(size: Size, count: number): readonly number[] {
  const step = Math.floor(count / 100) * 2;
  return Array.from({ length: calledFunctions }, (_, index) => index * step + (size === 'small' ? 0 : 1));
}
