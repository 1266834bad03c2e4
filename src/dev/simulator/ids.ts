import { randomUUID } from 'node:crypto';

export type Ids = Readonly<{ newId: () => string; newCallId: () => string }>;

/**
 * Ids for answers (UUIDs) and for calls (`fc-…`, as Modal's look). With `random` given and no `newId`, ids come from
 * `random`, so one seed gives one run. Call ids carry a count too, since a constant `newId` must not join two calls.
 */
export function createIds(random: (() => number) | undefined, newId: (() => string) | undefined): Ids {
  const make = newId ?? (random === undefined ? randomUUID : () => uuidFrom(random));
  let callCount = 0;
  return {
    newId: make,
    newCallId() {
      callCount += 1;
      return `fc-${make().replaceAll(/[^\w]/g, '')}${callCount.toString(36).padStart(4, '0')}`;
    },
  };
}

/** A version 4 UUID (RFC 9562 section 5.4) out of numbers from 0 to below 1. */
function uuidFrom(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replaceAll(/[xy]/g, (place) => {
    const nibble = Math.floor(random() * 16);
    return (place === 'x' ? nibble : 8 + (nibble % 4)).toString(16);
  });
}
