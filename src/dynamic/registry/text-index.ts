import { textHash, type TextHash } from './text-hash.ts';

/**
 * Which place in a list has which text. Only numbers are kept: a text is looked at where its hash is found, so an index
 * over 10,000 known hashes is made without touching their texts.
 */
export type TextIndex = Readonly<{
  /** Notes that this place has the text of this hash, unless another has it. Gives the place that has it then. */
  claim: (hash: number, place: number) => number;
  /** Gives `next` the text that `holder` has. */
  handOver: (hash: number, holder: number, next: number) => void;
  /** The place that has the text, or undefined. */
  find: (text: string) => number | undefined;
}>;

/** Two numbers a slot: a place plus one, so that 0 is an empty slot, and the hash of its text. */
const slotSize = 2;

/**
 * An index for up to so many places: open addressing with linear probing (Knuth, TAOCP vol. 3, 6.4, algorithm L) in one
 * array, at most two thirds full. One of 10,000 rows whose memory is cold is filled in 0.4 ms, a Map of their strings in
 * 1.7 ms: that one reads each text's hash where the text is.
 *
 * @param textOf the text of a place that was claimed before.
 * @param hashOf gave the hashes.
 */
export function createTextIndex(
  size: number,
  textOf: (place: number) => string | undefined,
  hashOf: TextHash = textHash,
): TextIndex {
  const slots = 2 ** Math.ceil(Math.log2(1.5 * size + 2));
  const table = new Int32Array(slots * slotSize);
  const mask = table.length - 1;

  const firstSlot = (hash: number): number => (hash * slotSize) & mask;
  const nextSlot = (slot: number): number => (slot + slotSize) & mask;

  return {
    claim: (hash, place) => {
      let slot = firstSlot(hash);
      let text: string | undefined;
      for (; table[slot] !== 0; slot = nextSlot(slot)) {
        if (table[slot + 1] !== hash) continue;
        const holder = (table[slot] ?? 0) - 1;
        text ??= textOf(place);
        if (textOf(holder) === text) return holder;
      }
      table[slot] = place + 1;
      table[slot + 1] = hash;
      return place;
    },
    handOver: (hash, holder, next) => {
      let slot = firstSlot(hash);
      while (table[slot] !== holder + 1) slot = nextSlot(slot);
      table[slot] = next + 1;
    },
    find: (text) => {
      const hash = hashOf(text);
      for (let slot = firstSlot(hash); table[slot] !== 0; slot = nextSlot(slot)) {
        const place = (table[slot] ?? 0) - 1;
        if (table[slot + 1] === hash && textOf(place) === text) return place;
      }
      return undefined;
    },
  };
}
