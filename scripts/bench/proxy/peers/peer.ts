import { trusting } from '../certificate.ts';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../children.ts';
import { confine } from '../cores.ts';
import { eventsPath, functionHost, type Transport } from '../functions/functions.ts';
import type { Size } from '../payloads.ts';
import { calledRows, functionPath } from '../routes.ts';
import type { Stage } from '../stage.ts';

/** Something between callers and functions, listening; or a function itself. */
export type Peer = AsyncDisposable &
  Readonly<{
    url: string;
    /** Null where it has no process of its own. */
    pid: number | null;
    /** Paths that reach functions whose responses have this size. */
    paths: (size: Size) => readonly string[];
    eventsPath: string;
    /** What its callers send beside the content type. */
    headers: Readonly<Record<string, string>>;
  }>;

/** Starts a peer; null where this machine does not have it. */
export type StartPeer = (stage: Stage, transport: Transport) => Promise<Peer | null>;

const Listening = z.object({ url: z.string() });
const startMs = 60_000;

/** What all peers but Rowgate have in common: they pass on the requested path. */
export const passesPathOn = {
  paths: (size: Size): readonly string[] => calledRows(size, 100).map(functionPath),
  eventsPath,
  headers: {},
} as const;

/** Starts a peer of this folder, a child that reports its URL. */
export function inChild(file: string): StartPeer {
  return async ({ bench: { children }, cores, certificate, functions }, transport) => {
    const child = children.start(join(import.meta.dirname, file), {
      settings: { upstreamOrigin: functions.origins[transport], functionHost },
      env: trusting(certificate?.certificateFile),
      cores: cores?.all,
    });
    const { url } = await messageOf(child, Listening, startMs);
    await confine(child.pid, cores);
    return {
      url,
      pid: child.pid ?? null,
      ...passesPathOn,
      [Symbol.asyncDispose]: () => children.stop(child),
    };
  };
}
