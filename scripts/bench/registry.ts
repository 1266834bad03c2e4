import { boot } from './registry/boot.ts';
import { churn } from './registry/churn.ts';
import { openapi } from './registry/openapi.ts';
import { propagation } from './registry/propagation.ts';
import { reload } from './registry/reload.ts';
import { runParts } from './run-parts.ts';

/** `npm run bench:registry`: measures what docs/performance.md tells. Exits with 1 where a figure is missed. */
await runParts(
  'npm run bench:registry',
  new Map([
    ['boot', boot],
    ['propagation', propagation],
    ['reload', reload],
    ['churn', churn],
    ['openapi', openapi],
  ]),
);
