/** Bodies are held back until complete or this large: small ones can be sent again, and faults are told cleanly. */
export const holdBytes = 256 * 1024;

/** The beginning of a body: all of it, or what was held when no more could be, with the rest still to come. */
export type HeldBody = Readonly<{
  chunks: readonly Uint8Array[];
  size: number;
  rest: AsyncIterator<Uint8Array> | null;
}>;

/**
 * Reads a body until it ends, more than `limit` bytes are there, or `take` refuses a chunk. Rejects as the body does.
 *
 * @param take is asked for each chunk's bytes, to be held from now on.
 */
export async function holdBody(
  body: AsyncIterator<Uint8Array>,
  limit: number,
  take: (bytes: number) => boolean,
): Promise<HeldBody> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isTaken = true;
  while (isTaken && size <= limit) {
    const next = await body.next();
    if (next.done === true) return { chunks, size, rest: null };
    chunks.push(next.value);
    size += next.value.byteLength;
    isTaken = take(next.value.byteLength);
  }
  return { chunks, size, rest: body };
}

/** As much as a connection takes by itself, so that nobody looks after it. */
const leftAloneBytes = 64 * 1024;

/** Whether a body can be handed over in one piece; the memory of a larger one is held for as long as its reader takes. */
export function isHandedOver({ size, rest }: HeldBody): boolean {
  return rest === null && size <= leftAloneBytes;
}

/** The chunks as one. */
export function joined({ chunks, size }: HeldBody): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
