import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { DocumentText } from './text.ts';
import type { DocumentView } from './document.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { inTurns, type Steps } from '../../live/cooperative-task.ts';

/** A document as it is kept: as it is, and compressed, once for all readers. */
export type KeptDocument = DocumentText &
  Readonly<{
    /** With gzip; null where that failed. */
    gzipped: Promise<Buffer<ArrayBuffer> | null>;
  }>;

/** A view with a name: views of one key are the same document. */
export type KeyedView = DocumentView & Readonly<{ key: string }>;

export type DocumentCache = Readonly<{
  /** The document of this snapshot; made if it is not there. */
  get: (snapshot: Snapshot, view: KeyedView) => Promise<KeptDocument>;
  /** Says that this snapshot is served now: what was asked for of the former one is made anew, the rest dropped. */
  renew: (snapshot: Snapshot) => void;
}>;

export type DocumentCacheOptions = Readonly<{
  build: (snapshot: Snapshot, view: DocumentView) => Steps<DocumentText>;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** How long after a swap documents are made anew, those of all swaps in between with them. */
  renewAfterMs?: number;
  /** All documents together: the whole one of 50,000 rows with contracts, or that of 10,000 in half a dozen scope sets. */
  maxBytes?: number;
}>;

type Held = { view: KeyedView; document: Promise<KeptDocument>; isAsked: boolean };
type VersionDocuments = Readonly<{ snapshot: Snapshot; documents: LRUCache<string, Held> }>;

/** Readers choose the filters, so without this and `maxRenewed` who tries out 16,000 tags would keep all that busy for 12 s. */
const maxDocuments = 1_000;
/** After a swap, those that were asked for last; the others wait until somebody asks. */
const maxRenewed = 16;
/** What is held of a document beside its buffers and its key: 7 KB were measured with 900 documents. */
const overheadBytes = 8 * 1024;

const compress = promisify(gzip);

/**
 * Keeps the documents of the current snapshot, by who may see what of it. They are made in turns, so that no other
 * request waits, and once for all who ask meanwhile. One that nobody asks for costs nothing; one that was asked for is
 * made anew after a change before it is asked for again.
 */
export function createDocumentCache({
  build,
  now,
  renewAfterMs = 1_000,
  maxBytes = 256 * 1024 * 1024,
}: DocumentCacheOptions): DocumentCache {
  let cache: VersionDocuments | undefined;
  let renewal: NodeJS.Timeout | undefined;

  const documentCacheOf = (snapshot: Snapshot): VersionDocuments => {
    if (cache?.snapshot !== snapshot) {
      cache = { snapshot, documents: new LRUCache<string, Held>({ max: maxDocuments, maxSize: maxBytes }) };
    }
    return cache;
  };

  const hold = (at: VersionDocuments, view: KeyedView, isAsked: boolean): Held => {
    const held: Held = { view, document: make(at.snapshot, view), isAsked };
    at.documents.set(view.key, held, { size: overheadBytes });
    void weigh(at, view.key, held.document);
    return held;
  };

  const weigh = async (
    { documents }: VersionDocuments,
    key: string,
    document: Held['document'],
  ): Promise<void> => {
    const setSize = (...buffers: readonly (Buffer | null)[]): void => {
      const held = documents.peek(key);
      // As another value, since lru-cache counts the size of one that it has no second time.
      if (held?.document === document) documents.set(key, { ...held }, { size: heldBytes(key, buffers) });
    };
    try {
      const { bytes, gzipped } = await document;
      setSize(bytes);
      setSize(bytes, await gzipped);
    } catch {
      if (documents.peek(key)?.document === document) documents.delete(key);
    }
  };

  const make = async (snapshot: Snapshot, view: KeyedView): Promise<KeptDocument> => {
    const { bytes, etag } = await inTurns(build(snapshot, view), now);
    return { bytes, etag, gzipped: compress(bytes).catch(() => null) };
  };

  const renewNow = async (snapshot: Snapshot): Promise<void> => {
    const held = cache?.documents.values() ?? [];
    const asked = [...held].filter(({ isAsked }) => isAsked).slice(0, maxRenewed);
    if (cache?.snapshot === snapshot) return;
    if (asked.length === 0) {
      cache = undefined;
      return;
    }
    const fresh = documentCacheOf(snapshot);
    // A build that fails is tried again, and reported, when somebody asks.
    for (const { view } of asked) {
      if (cache !== fresh) return;
      await hold(fresh, view, false).document.catch(() => undefined);
    }
  };

  return {
    get: (snapshot, view) => {
      const at = documentCacheOf(snapshot);
      const held = at.documents.get(view.key) ?? hold(at, view, true);
      held.isAsked = true;
      return held.document;
    },
    renew: (snapshot) => {
      clearTimeout(renewal);
      renewal = setTimeout(() => void renewNow(snapshot), renewAfterMs);
      renewal.unref();
    },
  };
}

/** Of a buffer all that it keeps in memory: what gzip gives is the beginning of 16 KiB. */
function heldBytes(key: string, buffers: readonly (Buffer | null)[]): number {
  const lengths = buffers.map((buffer) => buffer?.buffer.byteLength ?? 0);
  return lengths.reduce((sum, length) => sum + length, overheadBytes + 2 * key.length);
}
