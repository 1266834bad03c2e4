/** Whether one more response of a workflow may be validated now. */
export type Sampler = (slug: string) => boolean;

/** If the responses of a function changed, the first few show it; the event loop has calls to serve. */
const perWorkflow = 5;
const perProcess = 100;
const windowMs = 1_000;

/** Samples at most 5 responses per second of each workflow and 100 in total, so it remembers at most 100 workflows. */
export function createSampler(now: () => number): Sampler {
  let windowEnds = -Infinity;
  let total = 0;
  const taken = new Map<string, number>();
  return (slug) => {
    if (now() >= windowEnds) {
      windowEnds = now() + windowMs;
      total = 0;
      taken.clear();
    }
    const own = taken.get(slug) ?? 0;
    if (total >= perProcess || own >= perWorkflow) return false;
    total += 1;
    taken.set(slug, own + 1);
    return true;
  };
}
