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

/**
 * The longest turn of each of three runs. A turn in which V8 compiles or collects garbage takes longer than the work that is meant, and
 * is not in all of them.
 */
export async function longestTurns(run: () => Promise<void>): Promise<readonly number[]> {
  const longest: number[] = [];
  for (let made = 0; made < 3; made += 1) longest.push((await longestTurn(run)).ms);
  return longest;
}
