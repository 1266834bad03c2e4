import type { PartResult } from './report.ts';
import type { Workbench } from './workbench.ts';

/** One part of the benchmark. With `isQuick` it runs small, to check that it works; its figures are then meaningless. */
export type Part = (bench: Workbench, isQuick: boolean) => Promise<PartResult>;
