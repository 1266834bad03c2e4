import { setTimeout as delay } from 'node:timers/promises';
import { AppSettings, appInChild } from './app-in-child.ts';
import { settingsOf, sendToParent } from '../settings.ts';

/** Reports the heap of the app once its start is complete: verdicts stored, snapshot file written. */
const settledRounds = 4;
const roundMs = 400;
const maxRounds = 100;
/** Two collections in a row differ by less than this when nothing goes on any more. */
const noiseBytes = 64 * 1024;

const app = await appInChild(settingsOf(AppSettings));
let quiet = 0;
let heapUsed = 0;
for (let round = 0; round < maxRounds && quiet < settledRounds; round += 1) {
  await delay(roundMs);
  globalThis.gc?.();
  const now = process.memoryUsage().heapUsed;
  quiet = Math.abs(now - heapUsed) < noiseBytes ? quiet + 1 : 0;
  heapUsed = now;
}
sendToParent({ heapUsed, rows: app.current()?.counts.rows ?? 0 });
await app.close();
process.disconnect();
