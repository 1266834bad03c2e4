import type { Observe } from '../observability/observation.ts';
import type { ParsedKey } from '../schemas/api-key.ts';
import { withoutSecrets } from '../json-schema/quoted.ts';

const maxNameLength = 120;

/** Creates a function that reports each fault of each key once, and again only if it reappears after it was fixed. */
export function createKeyFaultReporter(observe: Observe): (keys: readonly ParsedKey[]) => void {
  let reported: ReadonlySet<string> = new Set();
  return (keys) => {
    const found = new Set<string>();
    for (const { id, name, faults } of keys) {
      for (const fault of faults) {
        const identity = JSON.stringify([id, fault.column, fault.cause]);
        if (!reported.has(identity) && !found.has(identity)) {
          const shown = name === null ? null : withoutSecrets(name).slice(0, maxNameLength);
          observe({ kind: 'key_invalid', keyId: id, name: shown, ...fault });
        }
        found.add(identity);
      }
    }
    reported = found;
  };
}
