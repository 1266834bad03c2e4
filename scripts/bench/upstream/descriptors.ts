import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { progress } from '../report.ts';

const run = promisify(execFile);
/** What a process has open besides its calls: database, listener, files. */
const others = 100;
/** Calls that share a connection, one sent after the other without waiting (RFC 9112 section 9.3.2). */
export const callsPerShared = 8;

/** How many calls one process can have in flight, and over how many connections its callers make them. */
export type Room = Readonly<{ calls: number; connections: number }>;

/**
 * Room for calls, up to `wanted`, in one process of this machine. Each takes two descriptors, the caller's and the
 * function's; where there are too few, some callers send several calls over one connection, which functions are not
 * asked to do. Node raises its soft limit to the hard one when it starts.
 */
export async function roomFor(wanted: number): Promise<Room> {
  const { stdout } = await run('/bin/sh', ['-c', 'ulimit -Hn']);
  const limit = stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout);
  const room = roomWithin(limit - others, wanted);
  if (room.connections < wanted) {
    progress(
      `${wanted} calls take ${2 * wanted + others} descriptors, and ulimit -Hn is ${limit}: ${room.calls} calls are made over ${room.connections} connections.`,
    );
  }
  return room;
}

/** Half of the calls at most share a connection: more would measure something else. */
function roomWithin(descriptors: number, wanted: number): Room {
  const ofCalls = Math.floor(descriptors / (1 + (1 + 1 / callsPerShared) / 2));
  const calls = Math.min(wanted, ofCalls);
  return { calls, connections: Math.min(calls, descriptors - calls) };
}
