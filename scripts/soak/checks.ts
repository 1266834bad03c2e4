import { z } from 'zod';
import type { Client } from 'undici';
import type { Line } from '../bench/report.ts';
import { statusOf } from '../bench/replica.ts';
import { pathOf } from './rows.ts';

/** A condition that must be met at the end. */
export type Check = Readonly<{ check: string; found: string; isGood: boolean }>;

const Status = z.looseObject({
  state: z.string(),
  calls: z.looseObject({ in_flight: z.number(), buffered_bytes: z.number() }),
});

/** What the process reports about itself, and whether it still serves calls. */
export async function livenessChecks(client: Client): Promise<readonly Check[]> {
  const response = await client.request({ method: 'GET', path: '/api/enrichment/status' });
  const { state, calls } = Status.parse(await response.body.json());
  const called = await statusOf(client, 'POST', pathOf('calm', 0));
  return [
    {
      check: '/api/enrichment/status',
      found: `${response.statusCode}, ${state}`,
      isGood: state === 'synced',
    },
    {
      check: 'calls in flight and bytes buffered, as reported',
      found: `${calls.in_flight}, ${calls.buffered_bytes}`,
      isGood: calls.in_flight === 0 && calls.buffered_bytes === 0,
    },
    { check: 'a call', found: String(called), isGood: called === 200 },
  ];
}

/** Heap after a collection, against the one after the warm-up; a smaller one is not a leak. */
export function heapCheck(start: number, end: number): Check {
  const ratio = end / start;
  const found = `${megabytes(end)} after ${megabytes(start)} (${((ratio - 1) * 100).toFixed(1)} %)`;
  return { check: 'heap within +10 %', found, isGood: ratio <= 1.1 };
}

export function leftOverCheck(left: ReadonlyMap<string, number>): Check {
  const found = left.size === 0 ? 'none' : [...left].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return { check: 'sockets, timers and others left over', found, isGood: left.size === 0 };
}

export function checkLine({ check, found, isGood }: Check): Line {
  return { check, found, verdict: isGood ? 'pass' : 'FAIL' };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
