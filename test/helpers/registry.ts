import { jsonOf, send } from './http.ts';
import type { TestReplica } from './rowgate.ts';
import { until } from './until.ts';

const json = { 'content-type': 'application/json' };

/** The status of a POST to a path, and which workflow responded. */
export async function ask(
  replica: Pick<TestReplica, 'url'>,
  path: string,
): Promise<readonly [number, string | undefined]> {
  const { status, headers } = await send(replica.url + path, { headers: json, body: '{}' });
  const slug = headers['x-workflow'];
  return [status, typeof slug === 'string' ? slug : undefined];
}

/** Waits until a path responds with this status. */
export async function untilResponds(
  replica: Pick<TestReplica, 'url'>,
  path: string,
  status: number,
): Promise<void> {
  await until(`${path} responds ${status}`, async () => (await ask(replica, path))[0] === status);
}

/** What `/api/enrichment/status` says now. */
export async function statusOf(replica: Pick<TestReplica, 'url'>): Promise<unknown> {
  return jsonOf(await send(`${replica.url}/api/enrichment/status`, { method: 'GET' }));
}

/** Waits until the status has these members; gives it. */
export async function untilStatus(
  replica: TestReplica,
  what: string,
  holds: (status: TestReplica['app']['registry']) => boolean,
): Promise<void> {
  await until(what, () => holds(replica.app.registry));
}

/** Waits until the listener proved that notifications arrive. */
export function untilListening(replica: TestReplica): Promise<void> {
  return untilStatus(replica, 'the listener listens', (registry) => registry.listenerState() === 'listening');
}

/** How many swaps a replica has made. */
export function swapsOf({ observations }: TestReplica): number {
  return observations.filter(({ kind }) => kind === 'registry_swapped').length;
}
