import { isUtf8 } from 'node:buffer';

/** Returns what bytes that are not JSON in UTF-8 seem to be instead; null if they are UTF-8 text. */
export function otherEncoding(body: Uint8Array): string | null {
  const [first, second] = body;
  if (first === 0x1f && second === 0x8b) return 'it is compressed (gzip); send it uncompressed';
  const isUtf16 =
    (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff) ||
    (body.byteLength > 1 && (first === 0 || second === 0));
  if (isUtf16) return 'it is UTF-16 text; send UTF-8';
  return isUtf8(body) ? null : 'it is not UTF-8 text (it may be Latin-1 or Windows-1252); send UTF-8';
}
