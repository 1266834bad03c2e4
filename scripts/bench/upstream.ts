import { runParts } from './run-parts.ts';
import { deadlines } from './upstream/deadlines.ts';
import { inFlight } from './upstream/in-flight.ts';
import { keyGate } from './upstream/key-gate.ts';
import { streams } from './upstream/streams.ts';

/** `npm run bench:upstream`: the measurements of docs/reliability.md. Exits with 1 if a target is missed. */
await runParts(
  'npm run bench:upstream',
  'Measures calls in flight, streams, deadlines and authentication: docs/reliability.md.',
  new Map([
    ['in-flight', inFlight],
    ['streams', streams],
    ['deadlines', deadlines],
    ['key-gate', keyGate],
  ]),
);
