import { expect, test } from 'vitest';
import { createDebounce } from '../../src/live/debounce.ts';

const now = () => performance.now();

/** Work that is held until it is let go, and counts its runs. */
function heldWork() {
  const letGo: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => letGo.push(resolve));
    running -= 1;
  };
  return { work, runs: () => letGo.length, most: () => most, release: (run: number) => letGo[run]?.() };
}

/** Lets everything run that is ready to. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('the first ask of a quiet time runs at once', async () => {
  const { work, runs, release } = heldWork();
  const { ask } = createDebounce(work, 10_000, now);
  const done = ask();
  await settle();
  expect(runs()).toBe(1);
  release(0);
  await done;
});

test('asks that come while a run is under way share one run afterwards, and none is lost', async () => {
  const { work, runs, most, release } = heldWork();
  const { ask } = createDebounce(work, 0, now);
  const first = ask();
  await settle();
  const later = [ask(), ask(), ask()];
  await settle();
  expect(runs()).toBe(1);
  release(0);
  await first;
  await settle();
  expect([runs(), most()]).toEqual([2, 1]);
  release(1);
  await Promise.all(later);
});

test('runs start no closer together than the interval', async () => {
  const starts: number[] = [];
  const { ask } = createDebounce(
    async () => {
      starts.push(performance.now());
    },
    40,
    now,
  );
  await ask();
  await ask();
  await ask();
  const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  expect(gaps.filter((gap) => gap < 38)).toEqual([]);
});

test('closing waits for the run under way and makes later asks do nothing', async () => {
  const { work, runs, release } = heldWork();
  const { ask, close } = createDebounce(work, 0, now);
  void ask();
  await settle();
  void ask();
  const closed = close();
  release(0);
  await closed;
  await ask();
  expect(runs()).toBe(1);
});
