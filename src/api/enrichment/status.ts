import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ContractState } from '../../dynamic/contracts/contracts.ts';
import type { WorkflowViolations } from '../../dynamic/contracts/violation-tally.ts';
import type { CallLimitsState } from '../../dynamic/call/limits/call-limits.ts';
import { type ReloaderStatus, stateOf } from '../../dynamic/registry/registry-state.ts';
import type { RegistryEntry } from '../../dynamic/registry/registry-entry.ts';
import type { Snapshot } from '../../dynamic/registry/snapshot.ts';
import type { RegistryStore } from '../../dynamic/registry/store.ts';
import type { TableProblem } from '../../live/table-fault.ts';
import { RegistryStatus } from '../../schemas/api-shapes/status-api.ts';
import type { ApiEnv } from '../api-env.ts';
import { documentedJson, malformedResponse } from '../openapi/documented-responses.ts';

/** What the status is made from, passed in by app.ts. Times are milliseconds on the clock `now`. */
export type StatusSource = Readonly<{
  store: RegistryStore;
  registry: () => ReloaderStatus;
  problems: () => readonly TableProblem[];
  listener: () => RegistryStatus['listener'];
  limits: () => CallLimitsState;
  contracts: () => ContractState;
  replicaId: string;
  now: () => number;
}>;

const status = createRoute({
  method: 'get',
  path: '/api/enrichment/status',
  operationId: 'get-status',
  tags: ['registry'],
  summary: 'Show whether the served registry is in sync with the database, and which rows are bad',
  responses: { 200: documentedJson('The status of this replica.', RegistryStatus), ...malformedResponse },
});

const nothing = { rows: 0, mounted: 0, stale: 0, rejected: 0, inactive: 0, not_exposed: 0, warned: 0 };

/** `/api/enrichment/status`, from memory, even if no registry was ever loaded. */
export function mountStatus(app: OpenAPIHono<ApiEnv>, source: StatusSource): void {
  app.openapi(status, (c) => c.json(statusView(source), 200));
}

function statusView(source: StatusSource): RegistryStatus {
  const { store, registry, problems, listener, limits, contracts, replicaId, now } = source;
  const snapshot = store.current();
  const known = registry();
  const counts = snapshot?.counts ?? nothing;
  const { drift, reports, unusable } = contracts();
  const age = (at: number | null): number | null => (at === null ? null : Math.round(now() - at));
  const awayMs = age(known.outOfSyncSince);
  return {
    state: stateOf(known, snapshot !== undefined, counts.rejected + counts.stale),
    replica_id: replicaId,
    mode: known.mode,
    version_served: known.versionServed ?? snapshot?.version ?? null,
    version_in_database: known.versionInDatabase,
    last_check_age_ms: age(known.lastCheckAt),
    out_of_sync_since: awayMs === null ? null : new Date(Date.now() - awayMs).toISOString(),
    out_of_sync_ms: awayMs,
    last_error: known.lastError instanceof Error ? known.lastError.message : null,
    table_problems: [...problems()],
    listener: listener(),
    counts,
    calls: callsView(limits(), snapshot),
    contract_drift: drift.map(faultsView),
    contract_reports: reports.map(faultsView),
    contract_unusable: [...unusable],
    rows: badRows(snapshot),
  };
}

function callsView(state: CallLimitsState, snapshot: Snapshot | undefined): RegistryStatus['calls'] {
  const slugsOf = (host: string) =>
    [...(snapshot?.table.routes() ?? [])]
      .filter(({ functionUrl }) => functionUrl.host === host)
      .map(({ slug }) => slug);
  return {
    in_flight: state.inFlight,
    max_in_flight: state.maxInFlight,
    buffered_bytes: state.bufferedBytes,
    max_buffered_bytes: state.maxBufferedBytes,
    breakers: state.breakers.map(({ functionHost, state: breakerState, retryAfterMs }) => ({
      function_host: functionHost,
      state: breakerState,
      retry_after_seconds: Math.ceil(retryAfterMs / 1000),
      workflow_slugs: slugsOf(functionHost),
    })),
    concurrency: state.concurrency.map(({ slug, limit, inFlight, waiting }) => ({
      workflow_slug: slug,
      max_concurrency: limit,
      in_flight: inFlight,
      waiting,
    })),
  };
}

function faultsView({
  slug,
  count,
  lastSeenAt,
  places,
}: WorkflowViolations): RegistryStatus['contract_drift'][0] {
  return {
    workflow_slug: slug,
    count,
    last_seen: lastSeenAt.toISOString(),
    faults: places.map((place) => ({
      pointer: place.pointer,
      expected: place.expected,
      count: place.count,
      last_seen: place.lastSeenAt.toISOString(),
    })),
  };
}

/** The maximum number of rows listed: the 20,000 bad rows of one table would delay every other request. */
const maxBadRows = 1_000;

function badRows(snapshot: Snapshot | undefined): RegistryStatus['rows'] {
  const { counts = nothing, entries = [] } = snapshot ?? {};
  if (counts.rejected + counts.stale === 0) return [];
  const bad = entries.filter(({ status: found }) => found === 'rejected' || found === 'stale');
  return bad
    .slice(0, maxBadRows)
    .flatMap(({ slug, status: routeStatus, definition, reasons }: RegistryEntry) =>
      routeStatus === 'rejected' || routeStatus === 'stale'
        ? [
            {
              workflow_slug: slug,
              status: routeStatus,
              path_served: definition?.path ?? null,
              reasons: [...reasons],
            },
          ]
        : [],
    );
}
