/**
 * Waits until a condition returns a value, checking every few milliseconds; fails with a message in the end. The timeout is no promise
 * of a test: it only ends one that would wait forever, on a machine however busy.
 */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`Timed out after ${timeoutMs} ms waiting until ${what}.`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
