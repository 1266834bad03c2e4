import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { DocumentText } from '../dynamic/openapi-text.ts';
import type { DocumentView } from '../dynamic/openapi.ts';
import type { Snapshot } from '../dynamic/snapshot.ts';
import { inTurns, type Steps } from '../dynamic/steps.ts';

/** A document as it is kept: as it is, and compressed, once for all readers. */
export type KeptDocument = DocumentText &
  Readonly<{
    /** With gzip; null where that failed. */
    gzipped: Promise<Buffer<ArrayBuffer> | null>;
  }>;

/** A view with a name: views of one key are the same document. */
export type KeyedView = DocumentView & Readonly<{ key: string }>;

export type DocumentShelf = Readonly<{
  /** The document of this snapshot; made if it is not there. */
  get: (snapshot: Snapshot, view: KeyedView) => Promise<KeptDocument>;
  /** Says that this snapshot is served now: what was asked for of the former one is made anew, the rest dropped. */
  renew: (snapshot: Snapshot) => void;
}>;

export type DocumentShelfOptions = Readonly<{
  build: (snapshot: Snapshot, view: DocumentView) => Steps<DocumentText>;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** How long after a swap documents are made anew, those of all swaps in between with them. */
  renewAfterMs?: number;
}>;

type Held = { view: KeyedView; document: Promise<KeptDocument>; isAsked: boolean };
type Shelf = Readonly<{ snapshot: Snapshot; documents: LRUCache<string, Held> }>;

/** All documents together: the whole one of 50,000 rows with contracts, or that of 10,000 in half a dozen scope sets. */
const maxBytes = 256 * 1024 * 1024;

const compress = promisify(gzip);

/**
 * Keeps the documents of the current snapshot, by who may see what of it. They are made in turns, so that no other
 * request waits, and once for all who ask meanwhile. One that nobody asks for costs nothing; one that was asked for is
 * made anew after a change before it is asked for again.
 */
export function createDocumentShelf({
  build,
  now,
  renewAfterMs = 1_000,
}: DocumentShelfOptions): DocumentShelf {
  let shelf: Shelf | undefined;
  let renewal: NodeJS.Timeout | undefined;

  const shelfOf = (snapshot: Snapshot): Shelf => {
    if (shelf?.snapshot !== snapshot) {
      shelf = { snapshot, documents: new LRUCache<string, Held>({ maxSize: maxBytes }) };
    }
    return shelf;
  };

  const hold = ({ snapshot, documents }: Shelf, view: KeyedView, isAsked: boolean): Held => {
    const held: Held = { view, document: make(snapshot, view), isAsked };
    documents.set(view.key, held, { size: 1 });
    const settled = (size: number | null): void => {
      if (documents.peek(view.key) !== held) return;
      if (size === null) documents.delete(view.key);
      else documents.set(view.key, held, { size });
    };
    held.document.then(
      ({ bytes }) => settled(bytes.byteLength),
      () => settled(null),
    );
    return held;
  };

  const make = async (snapshot: Snapshot, view: KeyedView): Promise<KeptDocument> => {
    const { bytes, etag } = await inTurns(build(snapshot, view), now);
    return { bytes, etag, gzipped: compress(bytes).catch(() => null) };
  };

  const renewNow = async (snapshot: Snapshot): Promise<void> => {
    const asked = [...(shelf?.documents.values() ?? [])].filter(({ isAsked }) => isAsked);
    if (shelf?.snapshot === snapshot) return;
    if (asked.length === 0) {
      shelf = undefined;
      return;
    }
    const fresh = shelfOf(snapshot);
    // A build that fails is tried again, and reported, when somebody asks.
    for (const { view } of asked) await hold(fresh, view, false).document.catch(() => undefined);
  };

  return {
    get: (snapshot, view) => {
      const at = shelfOf(snapshot);
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
