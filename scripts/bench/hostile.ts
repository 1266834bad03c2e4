import { bodies } from './hostile/bodies.ts';
import { floods } from './hostile/floods.ts';
import { turns } from './hostile/turns.ts';
import { unread } from './hostile/unread.ts';
import { runParts } from './run-parts.ts';

/** `npm run bench:hostile`: the measurements of docs/security.md. Exits with 1 if a target is missed. */
await runParts(
  'npm run bench:hostile',
  'Measures what hostile callers cost everybody else: docs/security.md.',
  new Map([
    ['bodies', bodies],
    ['floods', floods],
    ['unread', unread],
    ['turns', turns],
  ]),
);
