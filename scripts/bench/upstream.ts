import { runParts } from './run-parts.ts';
import { deadlines } from './upstream/deadlines.ts';
import { inFlight } from './upstream/in-flight.ts';
import { keyGate } from './upstream/key-gate.ts';
import { streams } from './upstream/streams.ts';

/** `npm run bench:upstream`: measures what docs/reliability.md tells. Exits with 1 where a figure is missed. */
await runParts(
  'npm run bench:upstream',
  new Map([
    ['in-flight', inFlight],
    ['streams', streams],
    ['deadlines', deadlines],
    ['key-gate', keyGate],
  ]),
);
