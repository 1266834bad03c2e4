import { boot } from './registry/boot.ts';
import { churn } from './registry/churn.ts';
import { openapi } from './registry/openapi.ts';
import { propagation } from './registry/propagation.ts';
import { reload } from './registry/reload.ts';
import { runParts } from './run-parts.ts';

/** `npm run bench:registry`: the measurements of docs/performance.md. Exits with 1 if a target is missed. */
await runParts(
  'npm run bench:registry',
  'Measures boot, memory, propagation, reloads and OpenAPI documents: docs/performance.md.',
  new Map([
    ['boot', boot],
    ['propagation', propagation],
    ['reload', reload],
    ['churn', churn],
    ['openapi', openapi],
  ]),
);
