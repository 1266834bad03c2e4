import { medianOf } from '../statistics.ts';
import type { Sample } from './measure/sample.ts';

/** Below this share of its core a proxy waited for something else, and throughput says little about it. */
const saturatedShare = 0.9;
const foreignLimit = 0.05;
const busyShare = 0.9;

/**
 * What keeps the throughput of a peer from being its own, as a remark; the empty string where nothing does.
 *
 * @param direct samples of the functions without a proxy.
 */
export function notesOn(rounds: readonly Sample[], direct: readonly Sample[], connections: number): string {
  const share = (read: (sample: Sample) => number | null): number | null => {
    const known = rounds.map(read).filter((value) => value !== null);
    return known.length === 0 ? null : medianOf(known).median;
  };
  const proxy = share(({ proxyShare }) => proxyShare);
  if (proxy === null || connections === 1 || proxy >= saturatedShare) return foreignNote();
  const others = share(({ othersShare }) => othersShare);
  const waited = `used ${percent(proxy)} of its core`;
  if (others !== null && others >= busyShare) {
    const ofDirect = medianOf(rounds.map(({ perSecond }) => perSecond)).median / directPerSecond();
    const close = Number.isNaN(ofDirect) ? '' : `, ${percent(ofDirect)} of what they do without a proxy`;
    return `${waited}: load and functions were the limit${close}`;
  }
  return [waited, foreignNote()].filter((note) => note !== '').join('; ');

  function directPerSecond(): number {
    return medianOf(direct.map(({ perSecond }) => perSecond)).median;
  }

  function foreignNote(): string {
    const foreign = share(({ foreignShare }) => foreignShare);
    return foreign === null || foreign <= foreignLimit ? '' : `others used ${percent(foreign)} of its core`;
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
