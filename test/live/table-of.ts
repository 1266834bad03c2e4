import type { ListenerEvents } from '../../src/live/listener.ts';
import {
  type LiveTable,
  type LiveTableOptions,
  openLiveTable,
  type SavedCopy,
} from '../../src/live/live-table.ts';

const hourMs = 3_600_000;
const opened: LiveTable[] = [];

/** Closes the tables that a test opened. */
export async function closeTables(): Promise<void> {
  for (const table of opened.splice(0)) await table.close();
}

/** A table with a counter as its content, and everything that happens to what is in memory. */
export function tableOf(over: Partial<LiveTableOptions<string>> = {}) {
  const database = {
    version: 1,
    fault: null as Error | null,
    responds: Promise.resolve(),
    beforeReply: (): void => undefined,
  };
  const memory: { content: string | null } = { content: null };
  const seen = {
    reads: [] as string[],
    synced: [] as (number | null)[],
    faults: [] as unknown[],
    listens: 0,
  };
  let events: ListenerEvents | undefined;
  const read = async (what: string): Promise<string> => {
    seen.reads.push(what);
    await database.responds;
    database.beforeReply();
    if (database.fault !== null) throw database.fault;
    return String(database.version);
  };
  const apply = async (what: string): Promise<string> => {
    const version = await read(what);
    memory.content = `version ${version}`;
    return version;
  };
  const options: LiveTableOptions<string> = {
    reader: {
      readVersion: () => read('version'),
      loadAll: () => apply('all'),
      loadChanges: () => apply('changes'),
      compareContent: async () => {
        const version = await read('content');
        return { version, isSame: memory.content === `version ${version}` };
      },
    },
    isEmpty: () => memory.content === null,
    prepareSaved: async (content) => () => {
      memory.content = content;
    },
    saver: { confirm: () => undefined, flush: async () => undefined },
    listen: (given) => {
      seen.listens += 1;
      events = given;
      return { state: () => 'listening', since: () => 0, close: async () => undefined };
    },
    isNotified: () => true,
    assertUsable: () => undefined,
    pollMs: hourMs,
    coalesceMs: 0,
    onSynced: (_, awayMs) => seen.synced.push(awayMs),
    onOutOfSync: (error) => seen.faults.push(error),
    signal: undefined,
    now: () => performance.now(),
    ...over,
  };
  return {
    database,
    memory,
    seen,
    notify: () => events?.onNotification(''),
    reconnect: () => events?.onConnected(),
    open: async (saved: SavedCopy<string> | null = null): Promise<LiveTable> => {
      const table = await openLiveTable(Promise.resolve(saved), options);
      opened.push(table);
      return table;
    },
  };
}
