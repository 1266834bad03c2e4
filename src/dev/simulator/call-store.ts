import type { Delivery } from './exchange.ts';
import type { LocationForm } from './location.ts';

/** A started function call. It needs no timer of its own: it is done once the clock has passed `readyAtMs`. */
export type Call = Readonly<{
  id: string;
  label: string;
  readyAtMs: number;
  heldBytes: number;
  location: LocationForm | undefined;
  deliver: Delivery;
}>;

export type CallStore = Readonly<{
  keep: (call: Call) => void;
  find: (id: string, label: string) => Call | undefined;
}>;

/**
 * The calls whose result may be loaded later, oldest forgotten first. A result stays after it was loaded, since any
 * process may load it again (docs/modal.md). Bounded, because a caller of a 303 need never come back.
 */
export function createCallStore(maxCalls = 1000, maxHeldBytes = 256 * 1024 * 1024): CallStore {
  const calls = new Map<string, Call>();
  let heldBytes = 0;

  function forgetOldest(): void {
    const [oldest] = calls.values();
    if (oldest === undefined) return;
    calls.delete(oldest.id);
    heldBytes -= oldest.heldBytes;
  }

  return {
    keep(call) {
      if (calls.has(call.id)) return;
      calls.set(call.id, call);
      heldBytes += call.heldBytes;
      while (calls.size > maxCalls || (heldBytes > maxHeldBytes && calls.size > 1)) forgetOldest();
    },
    find(id, label) {
      const call = calls.get(id);
      return call?.label === label ? call : undefined;
    },
  };
}
