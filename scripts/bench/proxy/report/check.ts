import type { Table } from '../../report.ts';
import type { Median } from '../../statistics.ts';
import { type Comparison, comparisons, type RunKind } from '../comparisons.ts';
import type { BaselineRun } from './baseline.ts';
import { intervalText } from './tables.ts';

/** How much worse a ratio may be than the committed one. */
const tolerance = 0.15;

export type Verdict = 'ok' | 'unsure' | 'WORSE';
export type Checked = Readonly<{ title: string; measured: Median; committed: number; verdict: Verdict }>;

type Ratios = BaselineRun['ratios'];

/**
 * Compares ratios with the committed ones of the same kind of run; those that either lacks are left out.
 *
 * @param isDoubtful whether the run proves nothing: then no ratio is reported as worse.
 */
export function checked(
  { kind, isDoubtful }: Readonly<{ kind: RunKind; isDoubtful: boolean }>,
  measured: Ratios,
  committed: Ratios,
): readonly Checked[] {
  return comparisons
    .filter(({ checkedIn }) => checkedIn.includes(kind))
    .flatMap((comparison): readonly Checked[] => {
      const [found, before] = [measured[comparison.name], committed[comparison.name]];
      if (found === undefined || before === undefined) return [];
      const verdict = verdictOn(comparison, found, before.median);
      return [
        {
          title: comparison.title,
          measured: found,
          committed: before.median,
          verdict: isDoubtful && verdict === 'WORSE' ? 'unsure' : verdict,
        },
      ];
    });
}

/**
 * Worse means that the median is worse by more than the tolerance, and that the committed value is outside of the interval:
 * where single rounds reach it, the machine was too unsteady to tell.
 */
function verdictOn({ measure }: Comparison, { median, low, high }: Median, committed: number): Verdict {
  const isMoreBetter = measure === 'perSecond';
  const isWorse = isMoreBetter ? median < committed / (1 + tolerance) : median > committed * (1 + tolerance);
  if (!isWorse) return 'ok';
  const isReached = isMoreBetter ? high >= committed : low <= committed;
  return isReached ? 'unsure' : 'WORSE';
}

export function checkTable(results: readonly Checked[]): Table {
  return {
    title: `Compared with the committed ratios; worse means by more than ${tolerance * 100} %`,
    lines: results.map(({ title, measured, committed, verdict }) => ({
      ratio: title,
      measured: intervalText(measured, '×'),
      committed: `${committed.toFixed(2)} ×`,
      verdict,
    })),
  };
}
