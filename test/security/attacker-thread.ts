/**
 * A thread that attacks a gateway and requests its /healthz meanwhile, so that the gateway's own thread does nothing but serve.
 * One message starts an attack; the reply is how long each probe took.
 */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { parentPort } from 'node:worker_threads';

/** What each of some connections sends: all of it at once, and then it reads until the gateway closes, or not at all. */
export type Attack = Readonly<{
  connections: number;
  head: string;
  piece: string;
  times: number;
  tail: string;
  reads: boolean;
}>;

export type AttackOrder = Readonly<{ url: string; attack: Attack | null }>;
export type Probes = Readonly<{ healthMs: readonly number[]; statuses: readonly number[] }>;

const fewestProbes = 20;
/** A large body may be validated for longer than this, by a thread; what it does to the event loop it has done by then. */
const longestMs = 2_000;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

parentPort?.on('message', (order: AttackOrder) => {
  void carryOut(order).then((probes) => parentPort?.postMessage(probes, []));
});

async function carryOut({ url, attack }: AttackOrder): Promise<Probes> {
  const healthMs: number[] = [];
  const statuses: number[] = [];
  const state = { isUnderWay: attack?.reads === true };
  const sockets = attack === null ? [] : Array.from({ length: attack.connections }, () => open(url));
  const bytes = attack === null ? '' : attack.head + attack.piece.repeat(attack.times) + attack.tail;
  for (const socket of sockets) {
    socket.write(bytes);
    if (attack?.reads === true) socket.resume();
    else socket.pause();
  }
  if (state.isUnderWay) void Promise.all(sockets.map(closed)).then(() => (state.isUnderWay = false));
  const endsAt = performance.now() + longestMs;
  while ((state.isUnderWay && performance.now() < endsAt) || healthMs.length < fewestProbes) {
    const startedAt = performance.now();
    statuses.push(await probe(url));
    healthMs.push(performance.now() - startedAt);
  }
  for (const socket of sockets) socket.destroy();
  return { healthMs, statuses };
}

function open(url: string) {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname).on('error', () => undefined);
}

function closed(socket: ReturnType<typeof open>): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

function probe(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/healthz`, { agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}
