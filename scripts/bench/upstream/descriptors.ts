import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { progress } from '../report.ts';

const run = promisify(execFile);
/** What a process has open besides its calls: database, listener, files. */
const others = 200;

/**
 * The most calls, up to `wanted`, that one process of this machine can have in flight: each takes two descriptors, the
 * caller's and the function's. Node raises its soft limit to the hard one when it starts.
 */
export async function callsThatFit(wanted: number): Promise<number> {
  const { stdout } = await run('/bin/sh', ['-c', 'ulimit -Hn']);
  const limit = stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout);
  const fitting = Math.min(wanted, Math.floor((limit - others) / 2));
  if (fitting < wanted) {
    progress(
      `${wanted} calls take ${2 * wanted + others} descriptors, and ulimit -Hn is ${limit}: ${fitting} calls are made.`,
    );
  }
  return fitting;
}
