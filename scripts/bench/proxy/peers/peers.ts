import { inChild, passesPathOn, type StartPeer } from './peer.ts';
import { startNginxPeer } from './nginx.ts';
import { rowgate } from './rowgate.ts';

/** What is measured, by its name in ratios, in the order of the tables. */
export const peerNames = [
  'direct',
  'bare',
  'raw',
  'fastify',
  'nginx',
  'rowgate',
  'rowgate-off',
  'rowgate-10k',
] as const;

export type PeerName = (typeof peerNames)[number];

/** As people read it. */
export const peerTitles: Readonly<Record<PeerName, string>> = {
  direct: 'no proxy',
  bare: 'bare Hono + undici',
  raw: 'raw node:http + undici',
  fastify: '@fastify/http-proxy',
  nginx: 'nginx',
  rowgate: 'Rowgate, as shipped',
  'rowgate-off': 'Rowgate, switched off',
  'rowgate-10k': 'Rowgate, 10,000 routes',
};

export const startPeer: Readonly<Record<PeerName, StartPeer>> = {
  direct: ({ functions }, transport) => {
    const url = functions.origins[transport];
    const nothing = { pid: null, [Symbol.asyncDispose]: () => Promise.resolve() };
    return Promise.resolve(url === null ? null : { url, ...passesPathOn, ...nothing });
  },
  bare: inChild('bare-child.ts'),
  raw: inChild('raw-child.ts'),
  fastify: inChild('fastify-child.ts'),
  nginx: startNginxPeer,
  rowgate: rowgate({ routes: 100, hasEverything: true }),
  'rowgate-off': rowgate({ routes: 100, hasEverything: false }),
  'rowgate-10k': rowgate({ routes: 10_000, hasEverything: true }),
};
