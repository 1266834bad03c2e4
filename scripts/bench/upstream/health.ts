import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { statusOf } from '../replica.ts';

/**
 * Requests `/healthz` at regular intervals until it is disposed, whether or not the last request has a response: each on a
 * connection of its own then, since requests of one connection wait for one another.
 */
export type HealthWatch = AsyncDisposable & Readonly<{ stop: () => Promise<readonly number[]> }>;

/** @returns a monitor whose `stop` returns the latency of each response since its request was due, in ms. */
export function watchHealth(url: string, everyMs = 100): HealthWatch {
  const client = new Pool(url, { pipelining: 1 });
  const tookMs: number[] = [];
  const asked: Promise<void>[] = [];
  const stopping = new AbortController();
  const ask = async (dueAt: number): Promise<void> => {
    const status = await statusOf(client, 'GET', '/healthz');
    tookMs.push(status === 200 ? performance.now() - dueAt : Number.POSITIVE_INFINITY);
  };
  const watch = async (): Promise<void> => {
    for (let dueAt = performance.now(); !stopping.signal.aborted; dueAt += everyMs) {
      asked.push(ask(dueAt));
      await delay(Math.max(0, dueAt + everyMs - performance.now()));
    }
  };
  const watching = watch();
  const stop = async (): Promise<readonly number[]> => {
    stopping.abort();
    await watching;
    await Promise.all(asked);
    return tookMs;
  };
  return {
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop().catch(() => undefined);
      await client.destroy();
    },
  };
}
