import type { FileHandle } from 'node:fs/promises';

/** Parsing one piece takes about 5 ms, and the event loop turns between two. */
const PIECE_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

/** A part of a file, from byte `start` to before byte `end`, piece by piece. Ends early if the file does. */
export async function* filePieces(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let position = start; position < end; ) {
    const length = Math.min(PIECE_BYTES, end - position);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * The lines of a part of a file, without their line feed, in the batches that they were read in; a last line without one
 * counts too. Not node:readline: it also splits at U+2028, which JSON strings may contain.
 */
export async function* fileLines(file: FileHandle, start: number, end: number): AsyncGenerator<string[]> {
  let begun: Buffer[] = [];
  for await (const piece of filePieces(file, start, end)) {
    const lines: string[] = [];
    let from = 0;
    for (let at = piece.indexOf(LINE_FEED); at !== -1; at = piece.indexOf(LINE_FEED, from)) {
      const tail = piece.subarray(from, at);
      lines.push(begun.length === 0 ? tail.toString() : Buffer.concat([...begun, tail]).toString());
      begun = [];
      from = at + 1;
    }
    if (from < piece.length) begun.push(piece.subarray(from));
    yield lines;
  }
  if (begun.length > 0) yield [Buffer.concat(begun).toString()];
}
