import { expect, test } from 'vitest';
import { createTableSync } from '../../src/live/table-sync.ts';

/** A table whose content may change without its version. */
function tableOf() {
  const database = { version: 1, content: 'a' };
  const memory = { content: '' };
  const reads: string[] = [];
  const sync = createTableSync({
    reader: {
      readVersion: async () => {
        reads.push('version');
        return String(database.version);
      },
      loadAll: async () => {
        reads.push('all');
        memory.content = database.content;
        return String(database.version);
      },
      loadChanges: async () => null,
      compareContent: async () => {
        reads.push('content');
        return { version: String(database.version), isSame: memory.content === database.content };
      },
    },
    coalesceMs: 0,
    onSynced: () => undefined,
    onOutOfSync: () => undefined,
    now: () => performance.now(),
  });
  return { database, memory, reads, sync };
}

test('content that changed without its version is loaded by the comparison, and not by a check of the version', async () => {
  const { database, memory, reads, sync } = tableOf();
  await sync.check();
  database.content = 'b';
  await sync.check();
  expect(memory.content).toBe('a');
  await sync.checkContent();
  expect(memory.content).toBe('b');
  expect(reads).toEqual(['all', 'version', 'content', 'all']);
});

test('a comparison that finds nothing loads nothing', async () => {
  const { reads, sync } = tableOf();
  await sync.check();
  await sync.checkContent();
  await sync.check();
  expect(reads).toEqual(['all', 'content', 'version']);
  expect(sync.status()).toMatchObject({ versionServed: '1', lastError: null });
});
