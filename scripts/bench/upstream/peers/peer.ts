import type { ChildProcess } from 'node:child_process';
import { z } from 'zod';
import { messageOf } from '../../children.ts';
import type { Workbench } from '../../workbench.ts';

/** Something that stands between a caller and a function, listening. */
export type Peer = AsyncDisposable & Readonly<{ url: string }>;

/** What a peer is started with. */
export type PeerOptions = Readonly<{ bench: Workbench; databaseUrl: string }>;

/** Starts a peer; null where this machine has not got it. */
export type StartPeer = (options: PeerOptions) => Promise<Peer | null>;

const Listening = z.object({ url: z.string().nullable() });

/** A peer that is a child which tells its URL, or null. */
export async function peerInChild({ children }: Workbench, child: ChildProcess): Promise<Peer | null> {
  const { url } = await messageOf(child, Listening, 10_000);
  if (url === null) return null;
  return { url, [Symbol.asyncDispose]: () => children.stop(child) };
}
