import type { Observation } from '../../src/observability/observation.ts';
import { listen } from '../../src/server/http-server.ts';
import type { RequestHandler } from '../../src/server/request-handler.ts';

/** The listener alone, in front of this handler. */
export async function servePlain(handle: RequestHandler) {
  const observations: Observation[] = [];
  const server = await listen({
    handle,
    observe: (observation) => void observations.push(observation),
    host: '127.0.0.1',
    port: 0,
    maxBodyBytes: 1_000,
  });
  return { url: server.url, observations, [Symbol.asyncDispose]: () => server.close(100) };
}
