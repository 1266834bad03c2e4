import { z } from 'zod';
import { settingsOf, tellParent } from '../../settings.ts';

/** @fastify/http-proxy before the functions' stand-in, where both packages are installed; else tells that there is none. */
const { upstreamOrigin } = settingsOf(z.object({ upstreamOrigin: z.string() }));

type Fastify = Readonly<{
  register: (plugin: unknown, options: object) => unknown;
  listen: (options: Readonly<{ port: number; host: string }>) => Promise<string>;
}>;
// They are no dependencies of this project: their types are not there to be imported.
const FastifyModule = z.object({ default: z.custom<() => Fastify>((value) => typeof value === 'function') });
const PluginModule = z.object({ default: z.unknown() });

const [fastify, plugin] = await Promise.all([imported('fastify'), imported('@fastify/http-proxy')]);
if (fastify === null || plugin === null) {
  tellParent({ url: null });
  process.disconnect();
} else {
  const server = FastifyModule.parse(fastify).default();
  server.register(PluginModule.parse(plugin).default, { upstream: upstreamOrigin });
  tellParent({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
  process.on('disconnect', () => process.exit(0));
}

async function imported(name: string): Promise<unknown> {
  try {
    const found: unknown = await import(name);
    return found;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}
