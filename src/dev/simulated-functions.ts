import type { RegistryStore } from '../dynamic/registry/store.ts';
import type { Snapshot } from '../dynamic/registry/snapshot.ts';
import type { SimulatedFunction } from './simulator/simulated-function.ts';

/**
 * The functions that the simulator stands in for: those of the mounted routes, by the first label of their host. The
 * function of a row that is mounted later counts as deployed, too.
 */
export function simulatedFunctions(store: RegistryStore): (label: string) => SimulatedFunction | undefined {
  const bySnapshot = new WeakMap<Snapshot, ReadonlyMap<string, SimulatedFunction>>();
  return (label) => {
    const snapshot = store.current();
    if (snapshot === undefined) return undefined;
    const known = bySnapshot.get(snapshot) ?? functionsOf(snapshot);
    bySnapshot.set(snapshot, known);
    return known.get(label);
  };
}

function functionsOf({ table }: Snapshot): ReadonlyMap<string, SimulatedFunction> {
  const functions = new Map<string, SimulatedFunction>();
  for (const { slug, method, functionUrl, requestSchema, responseSchema } of table.routes()) {
    const label = functionUrl.host.split('.')[0] ?? '';
    functions.set(label, { slug, method, path: functionUrl.pathname, requestSchema, responseSchema });
  }
  return functions;
}
