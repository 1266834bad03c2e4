import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'undici';
import { statusOf } from '../replica.ts';
import type { Change } from './changes.ts';
import { pathOf } from '../rows.ts';

/** What became of the routes of inserted and deleted rows. Times in milliseconds from the COMMIT's return. */
export type RouteWatch = Readonly<{
  committed: (change: Change) => void;
  /** Waits for all that are watched. */
  finished: () => Promise<WatchedRoutes>;
}>;

export type WatchedRoutes = Readonly<{
  appearedMs: readonly number[];
  goneMs: readonly number[];
  /** Responses of a deleted route to requests sent more than a second after its deletion. */
  servedTooLate: number;
  requestedLate: number;
}>;

const askEveryMs = 10;
const giveUpMs = 10_000;
const lateMs = 1_000;
/** When deleted routes are requested once more. */
const lateAsks = [1_010, 1_500, 3_000] as const;

/** Asks for each inserted route until it is there and for each deleted one until it is gone, and again later. */
export function watchRoutes(client: Client): RouteWatch {
  const appearedMs: number[] = [];
  const goneMs: number[] = [];
  const watched: Promise<void>[] = [];
  let servedTooLate = 0;
  let requestedLate = 0;

  const until = async (status: number, path: string, since: number): Promise<number> => {
    for (;;) {
      const requestedMs = performance.now() - since;
      const got = await statusOf(client, 'POST', path);
      if (requestedMs > lateMs && status === 404 && got === 200) servedTooLate += 1;
      if (got === status) return performance.now() - since;
      if (requestedMs > giveUpMs) throw new Error(`${path} returns ${got} instead of ${status}.`);
      await delay(askEveryMs);
    }
  };
  const watchDeleted = async (path: string, since: number): Promise<void> => {
    goneMs.push(await until(404, path, since));
    for (const atMs of lateAsks) {
      await delay(Math.max(0, since + atMs - performance.now()));
      requestedLate += 1;
      if ((await statusOf(client, 'POST', path)) === 200) servedTooLate += 1;
    }
  };
  return {
    committed: ({ kind, n }) => {
      const since = performance.now();
      if (kind === 'insert')
        watched.push(until(200, pathOf(n), since).then((ms) => void appearedMs.push(ms)));
      if (kind === 'delete') watched.push(watchDeleted(pathOf(n), since));
    },
    finished: async () => {
      await Promise.all(watched);
      return { appearedMs, goneMs, servedTooLate, requestedLate };
    },
  };
}
