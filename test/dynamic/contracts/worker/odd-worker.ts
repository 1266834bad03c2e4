import type { ValidationJob } from '../../../../src/dynamic/contracts/worker/validation-job.ts';

/** In place of validation: does what the title of the job's schema says. */
export default function obey({ schema }: ValidationJob): unknown {
  const { title }: { title?: unknown } = JSON.parse(schema);
  // oxlint-disable-next-line unicorn/no-process-exit -- it ends the thread only
  if (title === 'exit') process.exit(1);
  if (title === 'throw') throw new Error('a bug of ours');
  if (title === 'spin') for (;;);
  if (title === 'hoard') hoard();
  return { kind: 'valid', changed: null };
}

function hoard(): never {
  const hoarded: unknown[] = [];
  for (;;) hoarded.push(Array.from({ length: 1_000 }, () => ({})));
}
