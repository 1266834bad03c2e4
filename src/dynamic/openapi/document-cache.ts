import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { DocumentText } from './text.ts';
import type { DocumentView } from './document.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { inSharedTurns, type Steps } from '../../live/cooperative-task.ts';

/** A cached document: plain and compressed, once for all readers. */
export type CachedDocument = DocumentText &
  Readonly<{
    /** Compressed with gzip; null if that failed. */
    gzipped: Promise<Buffer<ArrayBuffer> | null>;
  }>;

/** A view with its key: views with the same key are the same document. */
export type KeyedView = DocumentView & Readonly<{ key: string }>;

export type DocumentCache = Readonly<{
  /** The document of this snapshot; built if it is not cached. */
  get: (snapshot: Snapshot, view: KeyedView) => Promise<CachedDocument>;
  /** To be called when this snapshot is served: documents of the last one that were requested are rebuilt, the rest dropped. */
  renew: (snapshot: Snapshot) => void;
}>;

export type DocumentCacheOptions = Readonly<{
  build: (snapshot: Snapshot, view: DocumentView) => Steps<DocumentText>;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** How long after a swap documents are rebuilt, once for all swaps in between. */
  renewAfterMs?: number;
  /** All documents together: the whole one of 50,000 rows with contracts, or that of 10,000 in half a dozen scope sets. */
  maxBytes?: number;
}>;

type Entry = {
  view: KeyedView;
  document: Promise<CachedDocument>;
  /**
   * Requests are numbered; 0 if there was none. The order of the cache does not show it: that changes as sizes become known.
   */
  lastRequest: number;
};
type VersionDocuments = Readonly<{ snapshot: Snapshot; documents: LRUCache<string, Entry> }>;

/** Readers choose the filters: without this and `maxRenewed`, trying 16,000 tags would keep the process busy for 12 s. */
const maxDocuments = 1_000;
/** After a swap, the most recently requested ones are rebuilt; the others when they are requested. */
const maxRenewed = 16;
/** The memory of a document besides its buffers and its key: 7 KB were measured with 900 documents. */
const overheadBytes = 8 * 1024;

const compress = promisify(gzip);

/**
 * Caches the documents of the current snapshot, by view. They are built in turns, so that no other request waits, and once for
 * all readers that request them meanwhile. A document that is never requested costs nothing; one that was requested is rebuilt
 * after a change, before the next request for it.
 */
export function createDocumentCache({
  build,
  now,
  renewAfterMs = 1_000,
  maxBytes = 256 * 1024 * 1024,
}: DocumentCacheOptions): DocumentCache {
  let cache: VersionDocuments | undefined;
  let renewal: NodeJS.Timeout | undefined;
  let requests = 0;

  const documentCacheOf = (snapshot: Snapshot): VersionDocuments => {
    if (cache?.snapshot !== snapshot) {
      cache = { snapshot, documents: new LRUCache<string, Entry>({ max: maxDocuments, maxSize: maxBytes }) };
    }
    return cache;
  };

  const add = (at: VersionDocuments, view: KeyedView): Entry => {
    const entry: Entry = { view, document: make(at.snapshot, view), lastRequest: 0 };
    at.documents.set(view.key, entry, { size: overheadBytes });
    void measure(at, view.key, entry.document);
    return entry;
  };

  /** Sets the size of a document in the cache once it is known; drops one that could not be built. */
  const measure = async (
    { documents }: VersionDocuments,
    key: string,
    document: Entry['document'],
  ): Promise<void> => {
    const setSize = (...buffers: readonly (Buffer | null)[]): void => {
      const entry = documents.peek(key);
      // A copy, since lru-cache does not count the size of the same value a second time.
      if (entry?.document === document) documents.set(key, { ...entry }, { size: sizeOf(key, buffers) });
    };
    try {
      const { bytes, gzipped } = await document;
      setSize(bytes);
      setSize(bytes, await gzipped);
    } catch {
      if (documents.peek(key)?.document === document) documents.delete(key);
    }
  };

  const make = async (snapshot: Snapshot, view: KeyedView): Promise<CachedDocument> => {
    const text = await inSharedTurns(build(snapshot, view), now);
    return { ...text, gzipped: compress(text.bytes).catch(() => null) };
  };

  const renewNow = async (snapshot: Snapshot): Promise<void> => {
    const entries = cache?.documents.values() ?? [];
    const requested = [...entries]
      .filter(({ lastRequest }) => lastRequest > 0)
      .toSorted((a, b) => b.lastRequest - a.lastRequest)
      .slice(0, maxRenewed);
    if (cache?.snapshot === snapshot) return;
    if (requested.length === 0) {
      cache = undefined;
      return;
    }
    const fresh = documentCacheOf(snapshot);
    // A build that fails is repeated, and its error reported, at the next request.
    for (const { view } of requested) {
      if (cache !== fresh) return;
      await add(fresh, view).document.catch(() => undefined);
    }
  };

  return {
    get: (snapshot, view) => {
      const at = documentCacheOf(snapshot);
      const entry = at.documents.get(view.key) ?? add(at, view);
      requests += 1;
      entry.lastRequest = requests;
      return entry.document;
    },
    renew: (snapshot) => {
      clearTimeout(renewal);
      renewal = setTimeout(() => void renewNow(snapshot), renewAfterMs);
      renewal.unref();
    },
  };
}

/** The memory of a document, with all that its buffers keep alive: gzip returns the beginning of a block of 16 KiB. */
function sizeOf(key: string, buffers: readonly (Buffer | null)[]): number {
  const lengths = buffers.map((buffer) => buffer?.buffer.byteLength ?? 0);
  return lengths.reduce((sum, length) => sum + length, overheadBytes + 2 * key.length);
}
