import type { z } from 'zod';

/** In a child of the benchmark: what its parent wants of it. */
export function settingsOf<T>(shape: z.ZodType<T>): T {
  const settings: unknown = JSON.parse(process.env['SETTINGS'] ?? '{}');
  return shape.parse(settings);
}

/** Sends a message from a child of the benchmark to its parent. */
export function sendToParent(message: object): void {
  process.send?.(message);
}

/** The same, and waits until all of it is on its way: a long message is cut off by what ends the channel. */
export function sentToParent(message: object): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
