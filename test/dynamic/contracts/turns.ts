/** Milliseconds of the processor that this thread has used: a busy machine does not add to them. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Runs something, and gives the most of the processor that one turn of the event loop took meanwhile, in milliseconds. */
export async function longestTurn<T>(run: () => Promise<T>): Promise<Readonly<{ result: T; ms: number }>> {
  let longest = 0;
  let before = threadMs();
  let isOver = false;
  const turn = (): void => {
    const now = threadMs();
    longest = Math.max(longest, now - before);
    before = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  try {
    const result = await run();
    turn();
    return { result, ms: longest };
  } finally {
    isOver = true;
  }
}
