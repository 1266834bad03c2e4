/** Log lines, kept as bytes until they are written together. */
export type LineBatch = Readonly<{
  /** Adds a line with its line feed. */
  add: (line: string) => void;
  /** The same for an ASCII-only line, which has one byte per character. */
  addAscii: (line: string) => void;
  /** Writes all lines that are buffered. */
  flush: () => void;
}>;

/**
 * Lines are written together, as soon as there are this many bytes or `flushEveryMs` has passed: each write wakes a thread, to
 * which the event loop's thread yields on a single core (0.15 ms).
 */
export const blockBytes = 65_536;
const flushEveryMs = 100;

/**
 * Creates a batch. Each line is copied into the block at once: a string that grows to 16 KiB, and is flattened, measured and
 * encoded at the end, took 5 µs more per line (docs/decisions/0011).
 *
 * @param write receives a block, which the batch does not use again.
 */
export function createLineBatch(write: (block: Buffer) => void): LineBatch {
  let block = Buffer.allocUnsafeSlow(blockBytes);
  let size = 0;
  let isTimed = false;

  const flush = (): void => {
    if (size === 0) return;
    write(block.subarray(0, size));
    block = Buffer.allocUnsafeSlow(blockBytes);
    size = 0;
  };
  /** Sets a timer while lines arrive. It does not keep the process alive, which flushes when it ends. */
  const flushSoon = (): void => {
    if (isTimed) return;
    isTimed = true;
    setTimeout(() => {
      isTimed = false;
      flush();
    }, flushEveryMs).unref();
  };

  return {
    add: (line) => {
      const bytes = Buffer.from(line);
      if (size + bytes.byteLength > blockBytes) flush();
      if (bytes.byteLength > blockBytes) return write(bytes);
      size += bytes.copy(block, size);
      flushSoon();
    },
    addAscii: (line) => {
      if (size + line.length > blockBytes) flush();
      if (line.length > blockBytes) return write(Buffer.from(line, 'latin1'));
      size += block.write(line, size, 'latin1');
      flushSoon();
    },
    flush,
  };
}
