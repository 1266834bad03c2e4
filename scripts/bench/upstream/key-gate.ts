import { hashOfKey, newKey } from '../../../src/auth/key-format.ts';
import { createKeyGate, type Gate } from '../../../src/auth/gate.ts';
import { createKeyLimits } from '../../../src/auth/key-limits.ts';
import { createKeyRing } from '../../../src/auth/key-ring.ts';
import type { ParsedKey } from '../../../src/schemas/api-key.ts';
import { parseKey } from '../../../src/schemas/parse-key.ts';
import type { Part } from '../part.ts';
import { type Line, progress } from '../report.ts';

const keyCount = 10_000;
const path = '/run/companies/gemini/industry/infer';

/** What asking for a key takes of each call, with 10,000 keys, in this process: no socket, nothing else going on. */
export const keyGate: Part = async (_bench, isQuick) => {
  const calls = isQuick ? 10_000 : 500_000;
  progress(`key-gate: ${calls} calls of each kind`);
  const keys = Array.from({ length: keyCount }, () => newKey());
  const ring = createKeyRing(keys.map(parsedKey));
  const gate = createKeyGate({
    ring: () => ring,
    limits: createKeyLimits(),
    now: () => performance.now(),
    databaseTimeAt: (nowMs) => performance.timeOrigin + nowMs,
  });
  const stranger = newKey();
  const kinds = [
    { what: 'a key that may', micros: microsOf(gate, calls, (n) => keys[n % keyCount] ?? '') },
    { what: 'a key that is not known', micros: microsOf(gate, calls, () => stranger) },
    { what: 'no key', micros: microsOf(gate, calls, () => null) },
  ];
  const lines: Line[] = kinds.map(({ what, micros }) => ({ call: what, µs: micros }));
  const [may] = kinds;
  return {
    tables: [{ title: `The gate, ${keyCount} keys`, lines }],
    figures: [{ what: 'authentication per call', measured: may?.micros ?? 0, limit: 20, unit: 'µs' }],
  };
};

function parsedKey(key: string, index: number): ParsedKey {
  return parseKey({
    id: `key-${index}`,
    name: `key ${index}`,
    key_hash: hashOfKey(key),
    previous_key_hash: null,
    previous_expires_at_seconds: null,
    scopes: ['read', 'run:people/**', 'run:companies/*/*/infer'],
    requests_per_second: 1_000_000,
    burst: null,
    monthly_quota: 1_000_000_000,
    expires_at_seconds: null,
    is_revoked: false,
  });
}

/** Microseconds a call, after a warm-up. */
function microsOf(gate: Gate, calls: number, keyOf: (n: number) => string | null): number {
  const ask = (n: number): void => {
    const key = keyOf(n);
    const authorization = key === null ? undefined : `Bearer ${key}`;
    const header = (name: string) => (name === 'authorization' ? authorization : undefined);
    gate({ method: 'POST', path, query: '', host: 'localhost', header });
  };
  for (let n = 0; n < calls / 10; n += 1) ask(n);
  const startedAt = performance.now();
  for (let n = 0; n < calls; n += 1) ask(n);
  return ((performance.now() - startedAt) * 1_000) / calls;
}
