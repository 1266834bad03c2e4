import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { type SimulatedCall, startSimulator } from '../../../src/dev/simulator/simulator.ts';
import { call, findFunction, HOST } from './client.ts';
import { start } from './start.ts';

describe('startSimulator', () => {
  test('gives the origin of a free loopback port', async () => {
    const simulator = await start();
    expect(simulator.origin).toBe(`http://127.0.0.1:${simulator.port}`);
    expect(simulator.port).toBeGreaterThan(0);
  });

  test.each(['0.0.0.0', '::', '192.168.0.1', 'example.com'])('refuses to listen on %s', async (host) => {
    await expect(startSimulator({ findFunction, host })).rejects.toThrow(/loopback only.*use 127\.0\.0\.1/);
  });

  test('fails when the port is taken', async () => {
    const { port } = await start();
    await expect(startSimulator({ findFunction, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('close', () => {
  test.each(['stall', 'slow-body', undefined])('ends a request in progress (%s) at once', async (fault) => {
    const read = Promise.withResolvers<void>();
    const simulator = await start({ onCall: () => read.resolve() });
    const headers = fault === undefined ? { 'x-sim-latency-ms': '100000' } : { 'x-sim-fault': fault };
    const pending = call(simulator, { headers });
    const settled = pending.then(
      () => 'responded',
      () => 'cut',
    );
    await read.promise;
    await simulator.close();
    expect(await settled).toBe('cut');
  });

  test('may be called twice', async () => {
    const simulator = await start();
    await Promise.all([simulator.close(), simulator.close()]);
    await expect(call(simulator)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('leaves no handle behind, whether a caller disconnected or was waiting', async () => {
    const before = activeTimers();
    const reads = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    let readCount = 0;
    const simulator = await start({ onCall: () => reads[readCount++ === 0 ? 0 : 1].resolve() });
    const aborter = new AbortController();
    const headers = { 'x-sim-latency-ms': '100000' };
    const left = call(simulator, { headers, signal: aborter.signal }).catch(() => 'left');
    await reads[0].promise;
    const cut = call(simulator, { headers }).catch(() => 'cut');
    await reads[1].promise;
    aborter.abort();
    expect(await left).toBe('left');
    await simulator.close();
    expect(await cut).toBe('cut');
    expect(activeTimers()).toBeLessThanOrEqual(before);
  });
});

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('onCall', () => {
  test('sees each request as it arrived, its body included', async () => {
    const calls: SimulatedCall[] = [];
    const simulator = await start({ onCall: (received) => calls.push(received) });
    await call(simulator, { target: '/?a=1', body: '{"domain": "x", "id": 1234567890123456789}' });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      label: 'demodata--company-lookup',
      host: HOST,
      method: 'POST',
      target: '/?a=1',
    });
    expect(Buffer.from(calls[0]?.body ?? []).toString()).toBe('{"domain": "x", "id": 1234567890123456789}');
    expect(calls[0]?.rawHeaders).toContain('content-length');
  });

  test('that throws is reported to the caller, and the simulator survives', async () => {
    const faults = [new Error('the test is wrong')];
    const simulator = await start({
      onCall() {
        const fault = faults.pop();
        if (fault !== undefined) throw fault;
      },
    });
    const response = await call(simulator);
    expect(response.status).toBe(500);
    expect(response.text).toBe('modal-simulator: the test is wrong');
    expect((await call(simulator)).status).toBe(200);
  });
});

describe('large bodies', () => {
  test('of more than 64 MiB are refused with 413', async () => {
    const simulator = await start();
    const response = await call(simulator, { body: Buffer.alloc(64 * 1024 * 1024 + 1, ' ') });
    expect(response.status).toBe(413);
    expect(response.text).toContain('64 MiB');
  });

  test('of just under 64 MiB are accepted', async () => {
    const simulator = await start();
    const body = Buffer.from(`{"domain":"${'a'.repeat(60 * 1024 * 1024)}"}`);
    expect((await call(simulator, { body })).status).toBe(200);
  });

  test('that never arrive completely do no harm', async () => {
    const simulator = await start();
    const socket = connect(simulator.port, '127.0.0.1');
    socket.end(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 100\r\n\r\n{"dom`);
    await text(socket);
    expect((await call(simulator)).status).toBe(200);
  });
});
