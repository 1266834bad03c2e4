/**
 * The processor time in ms that this thread spends on a piece of synchronous work. Unlike elapsed time it does not grow while other
 * processes have the processor, so a bound on it holds on a busy machine.
 */
export function cpuMsOf(work: () => unknown): number {
  const before = cpuMs();
  work();
  return cpuMs() - before;
}

/** The processor time in ms of the longest turn of the event loop while a piece of asynchronous work is under way. */
export async function longestTurnCpuMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let turnBegan = cpuMs();
  const measure = (): void => {
    const now = cpuMs();
    longest = Math.max(longest, now - turnBegan);
    turnBegan = now;
  };
  const eachTurn = (): void => {
    measure();
    immediate = setImmediate(eachTurn);
  };
  let immediate = setImmediate(eachTurn);
  try {
    await work();
    measure();
    return longest;
  } finally {
    clearImmediate(immediate);
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
