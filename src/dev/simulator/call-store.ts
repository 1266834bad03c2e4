import type { Delivery } from './exchange.ts';
import type { LocationForm } from './location.ts';

/** A started function call. It needs no timer of its own: it is complete once the clock passes `readyAtMs`. */
export type Call = Readonly<{
  id: string;
  label: string;
  readyAtMs: number;
  bufferedBytes: number;
  location: LocationForm | undefined;
  deliver: Delivery;
}>;

export type CallStore = Readonly<{
  keep: (call: Call) => void;
  find: (id: string, label: string) => Call | undefined;
}>;

/**
 * The calls whose result may be loaded later; the oldest is evicted first. A result stays after it was loaded, since any
 * process may load it again (docs/modal.md). The store is bounded, because a caller may never follow its 303.
 */
export function createCallStore(maxCalls = 1000, maxBufferedBytes = 256 * 1024 * 1024): CallStore {
  const calls = new Map<string, Call>();
  let bufferedBytes = 0;

  function evictOldest(): void {
    const [oldest] = calls.values();
    if (oldest === undefined) return;
    calls.delete(oldest.id);
    bufferedBytes -= oldest.bufferedBytes;
  }

  return {
    keep(call) {
      if (calls.has(call.id)) return;
      calls.set(call.id, call);
      bufferedBytes += call.bufferedBytes;
      while (calls.size > maxCalls || (bufferedBytes > maxBufferedBytes && calls.size > 1)) evictOldest();
    },
    find(id, label) {
      const call = calls.get(id);
      return call?.label === label ? call : undefined;
    },
  };
}
