import { setTimeout as delay } from 'node:timers/promises';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Problem } from '../../errors.ts';
import { problemContentType, problemDocument } from '../../problem-document.ts';
import type { ApiEnv } from '../api-env.ts';
import { contextOf } from '../api-env.ts';
import {
  invalidQueryResponse,
  malformedResponse,
  documentedProblem,
} from '../openapi/documented-responses.ts';

/** One live replica as recorded in the database. */
type Replica = Readonly<{ replicaId: string; host: string; pid: number; version: string | null }>;

/** What waiting needs, passed in by app.ts. */
export type WaitSource = Readonly<{
  /** The live replicas, or the problem that prevents reading them. */
  liveReplicas: () => Promise<
    Readonly<{ ok: true; replicas: readonly Replica[] }> | Readonly<{ ok: false; problem: Problem }>
  >;
  /** Whether the registry's versions are ordered: only those counted by a trigger are. */
  isTracked: () => boolean;
  now: () => number;
}>;

const maxTimeoutSeconds = 60;
const defaultTimeoutSeconds = 10;
const pollMs = 50;

const path = '/api/enrichment/registry/wait';
const exampleReplica = { replicaId: '1f0c', host: 'web-2', pid: 17, version: '41' };

/** Why the replicas cannot be read. */
export const notInstalled: Problem = {
  code: 'not_installed',
  detail:
    'Rowgate\'s own tables are missing from the database, so the replicas are not known. Run "npm run migrate" to create them.',
};
const notTracked: Problem = {
  code: 'not_installed',
  detail:
    'The registry table lacks Rowgate\'s trigger, so its versions are not ordered. Run "npm run migrate" to create it, if this table belongs to Rowgate.',
};
export const databaseUnavailable: Problem = {
  code: 'database_unavailable',
  detail:
    'The database is unavailable, so it is not known which replicas are alive and which versions they serve.',
  headers: { 'retry-after': '1' },
};

const wait = createRoute({
  method: 'post',
  path,
  operationId: 'wait-for-registry',
  tags: ['registry'],
  summary: 'Wait until every live replica serves a version of the registry',
  request: {
    query: z.object({
      version: z
        .string('must be given exactly once')
        .regex(/^\d{1,18}$/, 'must be a version of the registry, a whole number')
        .openapi({
          description: 'A version from rowgate.registry_version or X-Registry-Version.',
          example: '42',
        }),
      timeout: z.coerce
        .number('must be a number of seconds')
        .min(0, 'must not be negative')
        .max(maxTimeoutSeconds, `must be at most ${maxTimeoutSeconds} seconds`)
        .default(defaultTimeoutSeconds)
        .openapi({ type: 'number', description: 'Seconds to wait.', example: 10 }),
    }),
  },
  responses: {
    204: { description: 'Every live replica serves at least this version.' },
    ...invalidQueryResponse,
    501: documentedProblem("Rowgate's own tables are not installed.", path, notInstalled),
    503: documentedProblem('The database is unavailable.', path, databaseUnavailable),
    504: documentedProblem(
      'Some replicas are behind; `behind` names them.',
      path,
      stillBehind('42', 10, [exampleReplica]),
    ),
    ...malformedResponse,
  },
});

/** `POST /api/enrichment/registry/wait`: so that a deploy script can insert a row, wait, and call it. */
export function mountRegistryWait(app: OpenAPIHono<ApiEnv>, source: WaitSource): void {
  const { isTracked, now } = source;
  const liveReplicas = shared(source.liveReplicas, pollMs, now);
  app.openapi(wait, async (c) => {
    const { version, timeout } = c.req.valid('query');
    if (!isTracked()) return c.json(problemDocument(notTracked, contextOf(c)), 501, headers);
    const end = now() + timeout * 1000;
    for (;;) {
      if (c.req.raw.signal.aborted) return c.body(null, 204);
      const found = await liveReplicas();
      if (!found.ok) {
        const document = problemDocument(found.problem, contextOf(c));
        return c.json(document, found.problem.code === 'not_installed' ? 501 : 503, headers);
      }
      const behind = found.replicas.filter((replica) => !servesAtLeast(replica.version, version));
      if (behind.length === 0) return c.body(null, 204);
      if (now() >= end)
        return c.json(problemDocument(stillBehind(version, timeout, behind), contextOf(c)), 504, headers);
      await delay(pollMs);
    }
  });
}

/** One query at a time for all waiting requests, however many there are. */
function shared<T>(query: () => Promise<T>, reuseMs: number, now: () => number): () => Promise<T> {
  let last: Readonly<{ result: Promise<T>; at: number }> | undefined;
  return () => {
    if (last === undefined || now() - last.at >= reuseMs) last = { result: query(), at: now() };
    return last.result;
  };
}

const headers = { 'content-type': problemContentType };

/** Only the versions of a tracked registry are ordered; a digest is never "at least" a number. */
function servesAtLeast(served: string | null, wanted: string): boolean {
  return served !== null && /^\d+$/.test(served) && BigInt(served) >= BigInt(wanted);
}

function stillBehind(version: string, timeout: number, behind: readonly Replica[]): Problem {
  const names = behind.map(
    ({ host, pid, version: served }) => `${host} (process ${pid}) serves ${served ?? 'nothing'}`,
  );
  return {
    code: 'replicas_behind',
    detail: `After ${timeout} s, ${behind.length} of the live replicas do not serve version ${version}: ${names.join('; ')}.`,
    extra: {
      behind: behind.map((replica) => ({
        replica_id: replica.replicaId,
        host: replica.host,
        pid: replica.pid,
        version: replica.version,
      })),
    },
  };
}
