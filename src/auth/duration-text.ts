const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
] as const;

/** A wait for people, rounded up: `45 seconds`, `3 minutes`, `2 days`. In the largest unit that it is at least two of. */
export function durationText(seconds: number): string {
  const unit = units.find((each) => seconds >= 2 * each.seconds) ?? { name: 'second', seconds: 1 };
  const count = Math.ceil(seconds / unit.seconds);
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}
