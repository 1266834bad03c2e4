import { UsageError } from '../command-line/command.ts';

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/**
 * The seconds in a duration such as 90d, 12h, 30m or 45s.
 *
 * @throws UsageError for anything else.
 */
export function durationSeconds(option: string, text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  const seconds = secondsIn[unit];
  if (seconds === undefined)
    throw new UsageError(`${option} must be a duration such as 90d, 12h, 30m or 45s.`);
  return Number(count) * seconds;
}
