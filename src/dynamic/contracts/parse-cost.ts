/**
 * What a body that is parsed on the event loop may hold, in brackets and braces; two members count as one. Parsing costs by these rather
 * than by bytes: 90 KB take 0.2 ms as records, 2 ms as numbers, 5 to 13 as members of different names, and 10 to 46 as brackets, up to 0.5
 * µs for each, garbage collection included.
 */
const maxStructures = 8 * 1024;

/** No smaller body can hold so many. */
const minCostlyBytes = maxStructures;

/** What is read of a body: 2 KiB take 2 µs, all of 90 KB 60. */
const parts = 64;
const bytesOfPart = 32;

const bracket = 0x5b;
const brace = 0x7b;
const colon = 0x3a;

/**
 * Whether parsing a body as JSON would take too long for the event loop, by a sample of its bytes. A body cannot avoid it, since the places
 * are random. Text that contains brackets may look like more than it is, and is then parsed in a thread without need.
 *
 * @param random from 0 to 1, without 1.
 */
export function isCostlyToParse(body: Uint8Array, random: () => number = Math.random): boolean {
  if (body.byteLength <= minCostlyBytes) return false;
  const partLength = body.byteLength / parts;
  let halves = 0;
  for (let part = 0; part < parts; part += 1) {
    const start = Math.floor(part * partLength + random() * (partLength - bytesOfPart));
    for (let at = start; at < start + bytesOfPart; at += 1) {
      const byte = body[at];
      if (byte === bracket || byte === brace) halves += 2;
      else if (byte === colon) halves += 1;
    }
  }
  return (halves / 2) * (partLength / bytesOfPart) > maxStructures;
}
