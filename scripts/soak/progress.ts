import { styleText } from 'node:util';
import { megabytes } from './checks.ts';
import { byStatus, type Tally } from './tally.ts';

export type Progress = Readonly<{ elapsedSeconds: number; tally: Tally; heapUsed: number }>;

/** One line: time, calls, by status, heap. Colour on a terminal only. */
export function progressLine({ elapsedSeconds, tally, heapUsed }: Progress): string {
  const statuses = [...byStatus(tally)].map(([status, count]) => `${status}: ${count}`).join('  ');
  const unexpected = `unexpected: ${tally.unexpected}`;
  const shown = styleText(tally.unexpected === 0 ? 'green' : 'red', unexpected, { stream: process.stderr });
  const elapsed = `${elapsedSeconds.toFixed(0)} s`.padStart(6);
  return `${elapsed}  ${tally.calls} calls  ${statuses}  heap ${megabytes(heapUsed)}  ${shown}`;
}
