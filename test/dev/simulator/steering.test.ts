import { describe, expect, test } from 'vitest';
import { FAULTS, LOCATION_FORMS } from '../../../src/dev/simulator/simulator.ts';
import { call } from './client.ts';
import { start } from './start.ts';

describe('steering', () => {
  test('an unknown fault is refused with a list of the known ones', async () => {
    const simulator = await start();
    const response = await call(simulator, { headers: { 'x-sim-fault': 'meteor' } });
    expect(response.status).toBe(400);
    expect(response.text).toContain('"meteor"');
    for (const fault of FAULTS) expect(response.text).toContain(fault);
  });

  test('an unknown form of Location is refused with a list of the known ones', async () => {
    const simulator = await start();
    const response = await call(simulator, { headers: { 'x-sim-location': 'sideways' } });
    expect(response.status).toBe(400);
    for (const form of LOCATION_FORMS) expect(response.text).toContain(form);
  });

  test.each([
    ['x-sim-latency-ms', 'soon'],
    ['x-sim-latency-ms', '-1'],
    ['x-sim-status', '99'],
    ['x-sim-status', '101'],
    ['x-sim-response-bytes', '1e9'],
    ['x-sim-set-headers', '[]'],
    ['x-sim-set-headers', '{"a":'],
    ['x-sim-set-headers', '{"bad name":"x"}'],
    ['x-sim-set-headers', '{"x-split":"a\\r\\nb: c"}'],
    ['x-sim-set-headers', '{"Content-Length":"5"}'],
  ])('%s: %s is refused by name', async (name, value) => {
    const simulator = await start();
    const response = await call(simulator, { headers: { [name]: value } });
    expect(response.status).toBe(400);
    expect(response.text).toMatch(new RegExp(`^modal-simulator: ${name} `));
  });

  test('x-sim-latency-ms delays the response', async () => {
    const simulator = await start();
    const begin = performance.now();
    await call(simulator, { headers: { 'x-sim-latency-ms': '40' } });
    expect(performance.now() - begin).toBeGreaterThanOrEqual(39);
  });

  test.each([0, 1000, 300_000])('x-sim-response-bytes %i pads the same response', async (bytes) => {
    const simulator = await start({ newId: () => 'id' });
    const plain = await call(simulator);
    const padded = await call(simulator, { headers: { 'x-sim-response-bytes': String(bytes) } });
    expect(Buffer.byteLength(padded.text)).toBe(Math.max(bytes, Buffer.byteLength(plain.text)));
    expect(padded.json()).toEqual(plain.json());
  });

  test('x-sim-set-headers adds headers, repeats them, and replaces the ones of the function', async () => {
    const simulator = await start();
    const set = { 'Set-Cookie': ['a=1', 'b=2'], 'X-Number': 5, 'Content-Type': 'text/html' };
    const { headers } = await call(simulator, { headers: { 'x-sim-set-headers': JSON.stringify(set) } });
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(headers['x-number']).toBe('5');
    expect(headers['content-type']).toBe('text/html');
  });
});
