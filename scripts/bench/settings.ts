import type { z } from 'zod';

/** In a child of the benchmark: what its parent wants of it. */
export function settingsOf<T>(shape: z.ZodType<T>): T {
  const settings: unknown = JSON.parse(process.env['SETTINGS'] ?? '{}');
  return shape.parse(settings);
}

/** In a child of the benchmark: tells its parent. */
export function tellParent(message: object): void {
  process.send?.(message);
}
