import { once } from 'node:events';
import pTimeout from 'p-timeout';
import { pino, type DestinationStream, type Logger } from 'pino';
import { callLine } from './call-line.ts';
import { blockBytes, createLineBatch } from './line-batch.ts';
import { logFields } from './log-line.ts';
import type { Observation, Observe } from './observation.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** The log level of each observation. A function's own errors are logged as info; Rowgate's and the platform's as warnings. */
function levelOf(observation: Observation): Level {
  switch (observation.kind) {
    case 'call_ended':
      return observation.code === null && observation.outcome !== 'cut' ? 'info' : 'warn';
    case 'row_rejected':
    case 'registry_out_of_sync':
    case 'table_changed_uncounted':
    case 'snapshot_file_refused':
    case 'snapshot_file_failed':
    case 'snapshot_file_used':
    case 'replica_report_failed':
    case 'server_open':
    case 'keys_out_of_sync':
    case 'key_use_not_settled':
    case 'keys_file_failed':
    case 'key_invalid':
    case 'no_keys_yet':
    case 'keys_unknown':
    case 'contract_unusable':
    case 'breaker_changed':
    case 'database_connection_lost':
    case 'shutdown_forced':
      return 'warn';
    case 'request_failed':
      return 'error';
    case 'call_started':
    case 'call_responded':
    case 'call_redirected':
    case 'database_starting':
    case 'database_stopped':
    case 'snapshot_file_saved':
    case 'request_off_contract':
    case 'request_unchecked':
    case 'response_off_contract':
    case 'listener_state':
      return 'debug';
    case 'request_refused':
    case 'database_started':
    case 'migration_applied':
    case 'demo_registry_loaded':
    case 'simulator_started':
    case 'registry_swapped':
    case 'registry_back_in_sync':
    case 'keys_loaded':
    case 'keys_back_in_sync':
    case 'key_use_settled_again':
    case 'listening':
    case 'shutdown_started':
    case 'shutdown_finished':
      return 'info';
  }
}

/** pino's numbers for the levels. */
const levelNumbers = { debug: 20, info: 30, warn: 40, error: 50 } as const satisfies Record<Level, number>;

const stdout = 1;
/** Unread lines are buffered up to this size, then dropped: a stalled pipe must not take the process down. */
const maxBufferedBytes = 8 * 1024 * 1024;

/** The log of the process. */
export type ProcessLog = Readonly<{
  logger: Logger;
  /** Writes a finished line of ASCII; null if lines are for a person at a terminal. */
  writeLine: ((line: string) => void) | null;
  /**
   * To be called last, also by several at once: writes what is buffered, and drops what is not read within this time. Otherwise
   * a stalled reader would keep the process from exiting, since pino keeps writing at exit until everything is read.
   */
  end: (withinMs: number) => Promise<void>;
}>;

/** The log of the process: JSON lines, or coloured lines for a person at a terminal. */
export async function createLog(level: string, isTerminal: boolean): Promise<ProcessLog> {
  const options = { level, base: { service: 'rowgate' } };
  if (isTerminal) {
    const destination: DestinationStream =
      // Loaded only for a terminal: it is a tenth of the code that a start loads.
      (await import('pino-pretty')).default({
        colorize: true,
        ignore: 'pid,hostname,service',
        translateTime: 'SYS:HH:MM:ss.l',
        singleLine: true,
        sync: true,
      });
    return { logger: pino(options, destination), writeLine: null, end: () => Promise.resolve() };
  }
  const destination = pino.destination({
    dest: stdout,
    maxLength: maxBufferedBytes,
    maxWrite: blockBytes,
    sync: false,
    contentMode: 'buffer',
  });
  // If the reader is gone, only log lines are lost: calls must go on.
  destination.on('error', () => undefined);
  let ending: Promise<void> | undefined;
  let isEnded = false;
  const batch = createLineBatch((block) => {
    // It throws once it is destroyed, which would be one more reason to end, without end.
    if (!isEnded) writeBytes(destination, block);
  });
  const end = async (withinMs: number): Promise<void> => {
    // Lines that cannot be written are lost: once() rejects on an error.
    batch.flush();
    isEnded = true;
    const written = once(destination, 'close').catch(() => undefined);
    destination.end();
    await pTimeout(written, { milliseconds: withinMs, fallback: () => undefined });
    destination.destroy();
  };
  return {
    logger: pino(options, { write: batch.add }),
    writeLine: batch.addAscii,
    end: (withinMs) => (ending ??= end(withinMs)),
  };
}

/** The types of sonic-boom allow only strings, but with `contentMode: 'buffer'` it accepts bytes. */
function writeBytes(destination: object, block: Buffer): void {
  if ('write' in destination && typeof destination.write === 'function') destination.write(block);
}

/** Renders observations as log lines: `msg` is the kind, the members are fields. */
export function observeWith({ logger, writeLine }: Pick<ProcessLog, 'logger' | 'writeLine'>): Observe {
  return (observation) => {
    const level = levelOf(observation);
    if (!logger.isLevelEnabled(level)) return;
    if (writeLine !== null && observation.kind === 'call_ended')
      writeLine(callLine(observation, levelNumbers[level], Date.now()));
    else logger[level](logFields(observation), observation.kind);
  };
}
