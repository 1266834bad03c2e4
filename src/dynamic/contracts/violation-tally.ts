import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../../json-schema/json.ts';
import type { ServedSchema } from './contract-cache.ts';
import type { Fault } from './messages/validation-messages.ts';

/** How often values of a workflow were not as its contract wants them, and where. Nothing of the values. */
export type WorkflowFaults = Readonly<{
  slug: string;
  /** Values with a fault. */
  count: number;
  lastSeenAt: Date;
  places: readonly FaultPlace[];
}>;

/** One place of the data; list indices and members that the contract does not name are `*`. */
export type FaultPlace = Readonly<{ pointer: string; expected: string; count: number; lastSeenAt: Date }>;

export type FaultTally = Readonly<{
  add: (of: TalliedContract, faults: readonly Pick<Fault, 'pointer' | 'expected'>[]) => void;
  list: () => readonly WorkflowFaults[];
  /** Forgets the faults against contracts that are no longer served. */
  keep: (served: ServedSchema) => void;
}>;

export type TalliedContract = Readonly<{ slug: string; schema: JsonObject; names: ReadonlySet<string> }>;

const maxWorkflows = 200;
const maxPlaces = 20;

/** Counts faults in bounded memory: by workflow, the last ones seen, and of each the first places. */
export function createFaultTally(nowDate: () => Date): FaultTally {
  type Tally = { schema: JsonObject; count: number; lastSeenAt: Date; places: Map<string, FaultPlace> };
  const tallies = new LRUCache<string, Tally>({ max: maxWorkflows });
  return {
    add: ({ slug, schema, names }, faults) => {
      const lastSeenAt = nowDate();
      const before = tallies.get(slug);
      const tally = before?.schema === schema ? before : { schema, count: 0, lastSeenAt, places: new Map() };
      tally.count += 1;
      tally.lastSeenAt = lastSeenAt;
      for (const [key, { pointer, expected }] of distinct(faults, names)) {
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
  faults: readonly Pick<Fault, 'pointer' | 'expected'>[],
  names: ReadonlySet<string>,
): ReadonlyMap<string, Pick<Fault, 'pointer' | 'expected'>> {
  return new Map(
    faults.map(({ pointer, expected }) => {
      const general = generalised(pointer, names);
      return [`${general} ${expected}`, { pointer: general, expected }];
    }),
  );
}

/** Names that the contract does not know come from the data, and may be as private as values. */
function generalised(pointer: string, names: ReadonlySet<string>): string {
  return pointer.replace(/\/[^/]*/g, (token) => {
    const name = token.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    return names.has(name) ? token : '/*';
  });
}
