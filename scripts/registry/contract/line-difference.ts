/** A line of a diff: only in the old text, only in the new one, or in both. */
export type DifferenceLine = Readonly<{ sign: '-' | '+' | ' '; text: string }>;

/** Above this many comparisons, everything between the first and the last difference is shown as changed. */
const maxComparisons = 4_000_000;

/** The diff of two texts by their longest common subsequence. */
export function lineDifference(
  before: readonly string[],
  after: readonly string[],
): readonly DifferenceLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1;
  const old = before.slice(start, before.length - end);
  const now = after.slice(start, after.length - end);
  return [
    ...signed(' ', before.slice(0, start)),
    ...(old.length * now.length > maxComparisons
      ? [...signed('-', old), ...signed('+', now)]
      : merged(old, now)),
    ...signed(' ', before.slice(before.length - end)),
  ];
}

function merged(old: readonly string[], now: readonly string[]): readonly DifferenceLine[] {
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = common[i];
      if (row === undefined) continue;
      row[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DifferenceLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ sign: ' ', text: old[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: old[i] ?? '' });
      i += 1;
    } else {
      lines.push({ sign: '+', text: now[j] ?? '' });
      j += 1;
    }
  }
  return lines;
}

function signed(sign: DifferenceLine['sign'], lines: readonly string[]): readonly DifferenceLine[] {
  return lines.map((text) => ({ sign, text }));
}
