import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { progress } from '../report.ts';

const run = promisify(execFile);
/** What a process has open besides its calls: database, listener, files. */
const others = 100;
/** The caller's connection and the function's. */
const perCall = 2;

/** How many calls, up to `wanted`, one process of this machine can have in flight. Node raises its soft limit to the hard one. */
export async function roomFor(wanted: number): Promise<number> {
  const { stdout } = await run('/bin/sh', ['-c', 'ulimit -Hn']);
  const limit = stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout);
  const room = Math.floor((limit - others) / perCall);
  if (room >= wanted) return wanted;
  progress(
    `${wanted} calls take ${perCall * wanted + others} descriptors, and ulimit -Hn is ${limit}: ${room} calls are made.`,
  );
  return room;
}
