import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../children.ts';
import { hasProgram } from '../../programs.ts';
import type { Workbench } from '../../workbench.ts';
import type { Certificate } from '../certificate.ts';
import type { Functions } from './functions.ts';
import { startNginxFunctions } from './nginx-functions.ts';

const Origins = z.object({ plain: z.string(), tls: z.string().nullable() });
const startMs = 60_000;

/** Starts nginx where it is installed, since it is faster than what is measured; else a process of Node. */
export async function startFunctions(
  { children, directory }: Workbench,
  certificate: Certificate | null,
  opened: AsyncDisposableStack,
): Promise<Functions> {
  const child = children.start(join(import.meta.dirname, 'functions-child.ts'), {
    settings: { certificate },
  });
  const origins = await messageOf(child, Origins, startMs);
  if (!(await hasProgram('nginx', '-v'))) return { name: 'Node', pid: child.pid ?? Number.NaN, origins };
  const options = { directory: join(directory, 'functions'), certificate, eventsOrigin: origins.plain };
  return { name: 'nginx', ...(await startNginxFunctions(options, opened)) };
}
