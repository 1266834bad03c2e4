import type { PartResult } from './report.ts';
import type { Workbench } from './workbench.ts';

/** One part of the benchmark. `isQuick` runs it small, to see that it works; its figures mean nothing then. */
export type Part = (bench: Workbench, isQuick: boolean) => Promise<PartResult>;
