import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { callLine } from '../../src/observability/call-line.ts';
import { logFields } from '../../src/observability/log-line.ts';
import type { CallEnded } from '../../src/observability/observation.ts';

const whole: CallEnded = {
  kind: 'call_ended',
  requestId: '0123456789abcdef0123456789abcdef',
  slug: 'ai/company-similarity',
  outcome: 'whole',
  status: 200,
  code: null,
  upstreamMs: 20.1,
  gatewayMs: 0.3,
  totalMs: 20.6,
  attempts: 1,
  requestBytes: 120,
  responseBytes: 840,
  registryVersion: '17',
  keyId: null,
  clientAddress: '127.0.0.1',
  error: undefined,
};

/** What pino, through the fields of any other observation, makes of it. */
function pinoLine(call: CallEnded): string {
  const lines: string[] = [];
  const options = { base: { service: 'rowgate' }, timestamp: () => ',"time":1764000000000' };
  pino(options, { write: (line) => lines.push(line) }).info(logFields(call), call.kind);
  return lines.join('');
}

describe('the log line of a call', () => {
  it.each<[string, Partial<CallEnded>]>([
    ['that went well', {}],
    ['with a key', { keyId: '6f1d4c7e-1d29-4b0c-8d0a-0f4f0b6f8a11' }],
    ['over IPv6', { clientAddress: '::ffff:127.0.0.1' }],
    ['without an address', { clientAddress: null }],
    ['that was refused', { outcome: 'refused', status: 503, code: 'breaker_open', attempts: 0 }],
    ['that was cut', { outcome: 'cut', error: new Error('it "broke"\n off', { cause: new Error('reset') }) }],
    ['with a fault that is no Error', { error: 'odd' }],
    ['whose slug and id are hostile', { slug: 'a"\\\u0000b\u2028é', requestId: '"},{"level":60' }],
  ])('of one %s is what pino makes of it', (_, change) => {
    const call = { ...whole, ...change };
    const line = callLine(call, 30, 1_764_000_000_000);
    expect(line).toMatch(/^[ -~]*\n$/);
    expect(Object.entries(JSON.parse(line))).toEqual(Object.entries(JSON.parse(pinoLine(call))));
  });
});
