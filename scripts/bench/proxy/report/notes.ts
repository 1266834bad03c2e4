import { medianOf } from '../../statistics.ts';
import type { Samples } from '../comparisons.ts';
import type { Sample } from '../measure/sample.ts';

/** Below this share of its core a proxy waited for something, and its throughput says little about it. */
const saturatedShare = 0.9;
/** From this share on, load and functions could hardly do more. */
const limitingShare = 0.8;
const quietShare = 0.05;
/** From this share on, other programs disturb the ratios too. */
const foreignLimit = 0.1;
const fewestRounds = 3;

/**
 * What kept the throughput of a proxy from being its own; the empty string where nothing did.
 *
 * @param ofDirect its throughput as a share of that without a proxy; null where that was not measured.
 */
export function noteOn(rounds: readonly Sample[], ofDirect: number | null): string {
  const proxy = medianShare(rounds, ({ proxyShare }) => proxyShare);
  if (proxy === null || proxy >= saturatedShare) return '';
  const load = medianShare(rounds, ({ loadShare }) => loadShare);
  const foreign = medianShare(rounds, ({ foreignShare }) => foreignShare);
  const isLimitedByLoad = Math.max(load ?? 0, ofDirect ?? 0) >= limitingShare;
  const causes = [
    ...(isLimitedByLoad ? ['load and functions were the limit'] : []),
    ...(foreign !== null && foreign > quietShare ? [`other programs used ${percent(foreign)} of it`] : []),
  ];
  return [`used ${percent(proxy)} of its core`, ...causes].join('; ');
}

/** Why the figures of a run are worth little, in a sentence; null where nothing speaks against them. */
export function doubtAbout(samples: Samples): string | null {
  const peers = [...samples.values()].flatMap((scenario) => [...scenario.values()]);
  const foreign = medianShare(peers.flat(), ({ foreignShare }) => foreignShare);
  if (foreign !== null && foreign > foreignLimit) {
    return `Other programs used ${percent(foreign)} of the proxies' core: the figures are worth little.`;
  }
  const rounds = Math.min(...peers.map(({ length }) => length));
  return rounds < fewestRounds ? `There was time for ${rounds} of ${fewestRounds} rounds at least.` : null;
}

function medianShare(samples: readonly Sample[], read: (sample: Sample) => number | null): number | null {
  const known = samples.map(read).filter((share) => share !== null);
  return known.length === 0 ? null : medianOf(known).median;
}

/** As a whole number. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
