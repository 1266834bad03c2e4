/**
 * Waits until a condition returns a value, checking every 5 ms at first and more rarely the longer it takes; fails with a message in the end. The timeout is no promise
 * of a test: it only ends one that would wait forever, on a machine however busy.
 */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > timeoutMs) throw new Error(`Timed out after ${timeoutMs} ms waiting until ${what}.`);
    await new Promise((resolve) => {
      setTimeout(resolve, Math.min(5 + waitedMs / 20, 50));
    });
  }
}

/** How long a count must stand still: much longer than one more chunk takes. */
const sampledEveryMs = 200;

/**
 * Waits until a count stands still: until it is the same after some time as before. Nothing reports that nothing more will happen, so
 * this samples; whoever asks then claims something that holds at any later time too, or fails.
 */
export async function untilStill(what: string, count: () => number): Promise<void> {
  let before = Number.NaN;
  await until(what, async () => {
    const isStill = count() === before;
    before = count();
    await new Promise((resolve) => setTimeout(resolve, sampledEveryMs));
    return isStill;
  });
}
