import { z } from '@hono/zod-openapi';
import { Finding } from './workflow-api.ts';

const ContractFaults = z.array(
  z.object({
    workflow_slug: z.string(),
    count: z.int().openapi({ description: 'Bodies with a fault, since this process first saw one.' }),
    last_seen: z.string(),
    faults: z.array(
      z.object({
        pointer: z.string().openapi({
          description: 'JSON pointer; list indices and members that the contract does not name are `*`.',
        }),
        expected: z.string().openapi({ example: 'a whole number' }),
        count: z.int(),
        last_seen: z.string(),
      }),
    ),
  }),
);

/** How the registry in memory compares with the database, and which rows are not served as written. */
export const RegistryStatus = z
  .object({
    state: z.enum(['synced', 'degraded', 'out_of_sync', 'never_loaded']).openapi({
      description:
        'synced; degraded: some rows are rejected or stale; out_of_sync: the registry cannot be read, see last_error; never_loaded: there is nothing to serve.',
    }),
    replica_id: z.string(),
    mode: z.enum(['tracked', 'compared']).nullable().openapi({
      description:
        "tracked: a trigger counts changes; compared: the table does not have Rowgate's trigger, so its content is compared.",
    }),
    version_served: z.string().nullable(),
    version_in_database: z.string().nullable(),
    last_check_age_ms: z.int().nullable(),
    out_of_sync_since: z.string().nullable().openapi({
      description: "Since when the registry has been out of sync, in ISO 8601 by this replica's clock.",
    }),
    out_of_sync_ms: z.int().nullable().openapi({ description: 'For how long, by a monotonic clock.' }),
    last_error: z.string().nullable(),
    table_problems: z
      .array(
        z.object({
          table: z.string(),
          code: z.enum([
            'rows_hidden',
            'became_empty',
            'column_lost',
            'rights_missing',
            'changed_uncounted',
            'unreadable',
          ]),
          message: z.string(),
          since: z.string(),
        }),
      )
      .openapi({
        description:
          'What is wrong with the tables of the registry and of the keys as a whole, with the remedy. While a table cannot be read, the last good content is served.',
      }),
    listener: z.enum(['off', 'connecting', 'listening', 'polling_only', 'closed']).openapi({
      description:
        'off: polling only; polling_only: connected, but notifications do not arrive (a transaction-mode pooler).',
    }),
    counts: z.object({
      rows: z.int(),
      mounted: z.int(),
      stale: z.int(),
      rejected: z.int(),
      inactive: z.int(),
      not_exposed: z.int(),
      warned: z.int(),
    }),
    calls: z
      .object({
        in_flight: z.int(),
        max_in_flight: z.int(),
        buffered_bytes: z.int(),
        max_buffered_bytes: z.int(),
        breakers: z.array(
          z.object({
            function_host: z.string(),
            state: z.enum(['open', 'half_open']),
            retry_after_seconds: z.number(),
            workflow_slugs: z.array(z.string()).openapi({ description: 'The workflows that call it.' }),
          }),
        ),
        concurrency: z.array(
          z.object({
            workflow_slug: z.string(),
            max_concurrency: z.int(),
            in_flight: z.int(),
            waiting: z.int(),
          }),
        ),
      })
      .openapi({
        description:
          'The calls of this replica: its load, the functions that are currently not called, and the calls that workflows with a max_concurrency have in flight.',
      }),
    contract_drift: ContractFaults.openapi({
      description:
        'Responses of functions that do not match their response_schema, sampled: up to 5 per second for each workflow. Never contains a value.',
    }),
    contract_reports: ContractFaults.openapi({
      description:
        'Requests that contract_mode enforce would refuse, for workflows with contract_mode report. Never contains a value.',
    }),
    contract_unusable: z.array(z.string()).openapi({
      description: 'Workflows whose contract is not enforced, since it cannot be compiled; the log says why.',
    }),
    rows: z
      .array(
        z.object({
          workflow_slug: z.string(),
          status: z.enum(['rejected', 'stale']),
          path_served: z
            .string()
            .nullable()
            .openapi({ description: 'The path that a stale row still serves.' }),
          reasons: z.array(Finding),
        }),
      )
      .openapi({
        description:
          'The first 1,000 rows that are rejected or stale; /api/enrichment/workflows?status=rejected lists all, in pages.',
      }),
  })
  .openapi('RegistryStatus');
export type RegistryStatus = z.output<typeof RegistryStatus>;
