import { describe, expect, test } from 'vitest';
import { createSaver } from '../../src/live/saver.ts';

/** A saver of copies that are confirmed every ten seconds of a clock that the test moves. */
function saverOf() {
  const clock = { ms: 0 };
  const disk = { written: [] as string[], marks: 0, fault: null as Error | null };
  const faults: unknown[] = [];
  const saver = createSaver<string>({
    write: async (content) => {
      if (disk.fault !== null) throw disk.fault;
      disk.written.push(content);
    },
    minIntervalMs: 0,
    confirmation: {
      mark: async () => {
        disk.marks += 1;
      },
      everyMs: 10_000,
    },
    onFailed: (error) => faults.push(error),
    now: () => clock.ms,
  });
  return { saver, clock, disk, faults };
}

describe('a copy that the database confirms', () => {
  test('is marked so no more often than the interval, counted from its write', async () => {
    const { saver, clock, disk } = saverOf();
    saver.save('a');
    await saver.flush();
    for (const ms of [0, 9_999, 10_000, 19_999, 20_000]) {
      clock.ms = ms;
      saver.confirm();
      await saver.flush();
    }
    expect(disk).toMatchObject({ written: ['a'], marks: 2 });
  });

  test('is written instead of marked where it could not be written: the older content must not pass for it', async () => {
    const { saver, clock, disk, faults } = saverOf();
    saver.save('a');
    await saver.flush();
    disk.fault = new Error('The disk is full.');
    saver.save('b');
    await saver.flush();
    for (const ms of [10_000, 20_000]) {
      clock.ms = ms;
      saver.confirm();
      await saver.flush();
      disk.fault = null;
    }
    expect(faults).toHaveLength(2);
    expect(disk).toMatchObject({ written: ['a', 'b'], marks: 0 });
  });

  test('is not marked while newer content is being written', async () => {
    const { saver, clock, disk } = saverOf();
    clock.ms = 10_000;
    saver.save('a');
    saver.confirm();
    await saver.flush();
    expect(disk).toMatchObject({ written: ['a'], marks: 0 });
  });
});
