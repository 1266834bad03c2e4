import { isStep, type Steps } from '../../live/cooperative-task.ts';

/** The number of texts that are sorted at once, which takes about 0.1 ms. */
const runLength = 256;

/** Sorts texts in code-unit order, in steps: runs of 256, which are then merged in pairs. */
export function* sortedInSteps(texts: Iterable<string>): Steps<readonly string[]> {
  let runs: (readonly string[])[] = [];
  let run: string[] = [];
  for (const text of texts) {
    run.push(text);
    if (run.length < runLength) continue;
    runs.push(run.toSorted());
    run = [];
    yield;
  }
  runs.push(run.toSorted());
  while (runs.length > 1) {
    const merged: (readonly string[])[] = [];
    for (let index = 0; index < runs.length; index += 2)
      merged.push(yield* mergedInSteps(runs[index] ?? [], runs[index + 1] ?? []));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergedInSteps(left: readonly string[], right: readonly string[]): Steps<readonly string[]> {
  const merged: string[] = [];
  let [fromLeft, fromRight] = [0, 0];
  for (let index = 0; index < left.length + right.length; index += 1) {
    const [one, other] = [left[fromLeft], right[fromRight]];
    if (one !== undefined && (other === undefined || one <= other)) {
      merged.push(one);
      fromLeft += 1;
    } else if (other !== undefined) {
      merged.push(other);
      fromRight += 1;
    }
    if (isStep(index)) yield;
  }
  return merged;
}
