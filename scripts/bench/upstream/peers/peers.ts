import { join } from 'node:path';
import { startReplica } from '../../replica.ts';
import { startNginx } from './nginx.ts';
import { peerInChild, type StartPeer } from './peer.ts';

/** Which peer the others are compared with. */
export const yardstick = 'bare Hono + undici';

/** What is measured, in this order. The function alone shows what the load and it can do. */
export const peers: ReadonlyMap<string, StartPeer> = new Map([
  ['the function alone', ({ bench }) => Promise.resolve({ url: bench.upstreamOrigin, ...nothingToStop })],
  [yardstick, inChild('bare-child.ts')],
  ['rowgate', ({ bench, databaseUrl }) => startReplica(bench, { databaseUrl, name: 'overhead' })],
  ['@fastify/http-proxy', inChild('fastify-child.ts')],
  ['nginx', startNginx],
]);

const nothingToStop = { [Symbol.asyncDispose]: () => Promise.resolve() };

function inChild(file: string): StartPeer {
  return ({ bench }) => {
    const { children, upstreamOrigin } = bench;
    const child = children.start(join(import.meta.dirname, file), { settings: { upstreamOrigin } });
    return peerInChild(bench, child);
  };
}
