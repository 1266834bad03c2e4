const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
] as const;

/** Formats a wait for people, rounded up: `45 seconds`, `3 minutes`, `2 days`; in the largest unit that yields at least 2. */
export function durationText(seconds: number): string {
  const unit = units.find((each) => seconds >= 2 * each.seconds) ?? { name: 'second', seconds: 1 };
  const count = Math.ceil(seconds / unit.seconds);
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}
