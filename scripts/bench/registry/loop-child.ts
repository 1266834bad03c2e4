import { monitorEventLoopDelay } from 'node:perf_hooks';
import { AppSettings, appInChild } from './app-in-child.ts';
import { settingsOf, sendToParent } from '../settings.ts';

/** Builds the app and measures the delay of its event loop between a `start` and a `stop` of its parent. */
const app = await appInChild(settingsOf(AppSettings));
const delays = monitorEventLoopDelay({ resolution: 1 });
const toMs = (nanoseconds: number): number => nanoseconds / 1e6;

process.on('message', (message) => {
  if (message === 'start') {
    delays.reset();
    delays.enable();
    return;
  }
  delays.disable();
  sendToParent({ maxMs: toMs(delays.max), p99Ms: toMs(delays.percentile(99)) });
});
process.once('disconnect', () => void app.close());
sendToParent({ rows: app.current()?.counts.rows ?? 0 });
