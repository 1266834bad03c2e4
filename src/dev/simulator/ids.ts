import { randomUUID } from 'node:crypto';

export type Ids = Readonly<{ newId: () => string; newCallId: () => string }>;

/**
 * Ids for response bodies (UUIDs) and for calls (`fc-…`, like Modal's). With `random` and without `newId`, ids come from
 * `random`, so the same seed gives the same run. Call ids include a count, so that a constant `newId` cannot give two
 * calls the same id.
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

/** A version 4 UUID (RFC 9562 section 5.4) from random numbers in [0, 1). */
function uuidFrom(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replaceAll(/[xy]/g, (place) => {
    const nibble = Math.floor(random() * 16);
    return (place === 'x' ? nibble : 8 + (nibble % 4)).toString(16);
  });
}
