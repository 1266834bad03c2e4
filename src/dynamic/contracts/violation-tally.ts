import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../../json-schema/json.ts';
import type { ServedSchema } from './contract-cache.ts';
import type { Violation } from './messages/validation-messages.ts';

/** How often values of a workflow violated its contract, and where. Contains none of the values. */
export type WorkflowViolations = Readonly<{
  slug: string;
  /** Values with at least one violation. */
  count: number;
  lastSeenAt: Date;
  places: readonly ViolationPlace[];
}>;

/** One place in the data; list indices and members that the contract does not name are `*`. */
export type ViolationPlace = Readonly<{ pointer: string; expected: string; count: number; lastSeenAt: Date }>;

export type ViolationTally = Readonly<{
  add: (of: TalliedContract, violations: readonly Pick<Violation, 'pointer' | 'expected'>[]) => void;
  list: () => readonly WorkflowViolations[];
  /** Drops the violations of contracts that are no longer served. */
  keep: (served: ServedSchema) => void;
}>;

export type TalliedContract = Readonly<{ slug: string; schema: JsonObject; names: ReadonlySet<string> }>;

const maxWorkflows = 200;
const maxPlaces = 20;

/** Counts violations in bounded memory: those of the most recent workflows, and for each of them the first places. */
export function createViolationTally(nowDate: () => Date): ViolationTally {
  type Tally = { schema: JsonObject; count: number; lastSeenAt: Date; places: Map<string, ViolationPlace> };
  const tallies = new LRUCache<string, Tally>({ max: maxWorkflows });
  return {
    add: ({ slug, schema, names }, violations) => {
      const lastSeenAt = nowDate();
      const before = tallies.get(slug);
      const tally = before?.schema === schema ? before : { schema, count: 0, lastSeenAt, places: new Map() };
      tally.count += 1;
      tally.lastSeenAt = lastSeenAt;
      for (const [key, { pointer, expected }] of distinct(violations, names)) {
        const place = tally.places.get(key);
        if (place === undefined && tally.places.size >= maxPlaces) continue;
        tally.places.set(key, { pointer, expected, count: (place?.count ?? 0) + 1, lastSeenAt });
      }
      tallies.set(slug, tally);
    },
    list: () =>
      [...tallies.entries()].map(([slug, { count, lastSeenAt, places }]) => ({
        slug,
        count,
        lastSeenAt,
        places: [...places.values()],
      })),
    keep: (served) => {
      for (const [slug, { schema }] of tallies.entries()) if (served(slug) !== schema) tallies.delete(slug);
    },
  };
}

function distinct(
  violations: readonly Pick<Violation, 'pointer' | 'expected'>[],
  names: ReadonlySet<string>,
): ReadonlyMap<string, Pick<Violation, 'pointer' | 'expected'>> {
  return new Map(
    violations.map(({ pointer, expected }) => {
      const general = generalized(pointer, names);
      return [`${general} ${expected}`, { pointer: general, expected }];
    }),
  );
}

/** Names that the contract does not contain come from the data, and may be as private as values. */
function generalized(pointer: string, names: ReadonlySet<string>): string {
  return pointer.replace(/\/[^/]*/g, (token) => {
    const name = token.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    return names.has(name) ? token : '/*';
  });
}
