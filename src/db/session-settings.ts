import type { ClientBase } from 'pg';

/**
 * Begins a transaction without the timeouts of the role or database. To be sent as one message, whose first statements take
 * microseconds. `transaction_timeout` is new in Postgres 17.
 */
export const beginWithoutTimeouts = `
  begin;
  set local statement_timeout = 0;
  set local lock_timeout = 0;
  set local idle_in_transaction_session_timeout = '15s';
  select case when pg_catalog.current_setting('transaction_timeout', true) is not null
    then pg_catalog.set_config('transaction_timeout', '0', true) end`;

/**
 * Settings of the role or database that must not apply to our sessions. `pg_catalog` comes first in `search_path`, so that
 * nothing in another schema takes the place of Postgres' own tables, functions and operators; the rest stays, since a view or
 * a policy may depend on it. `idle_session_timeout` (0: none; Postgres 14 and later) would end connections that wait for their
 * next use.
 *
 * Only where the session has a server process of its own, with this id. A pooler in transaction mode would leave the settings on a
 * connection that its other clients use next; it invents the process id that it gives its clients (listener-session.ts). Asked
 * and set in one statement, which a pooler sends to one server.
 */
const ownSettings = (processId: number): string => `
  select
    pg_catalog.set_config('search_path', case
      when found.path operator(pg_catalog.=) '' then 'pg_catalog'
      else pg_catalog.concat('pg_catalog, ', found.path)
    end, false),
    case when found.idle_timeout is not null then pg_catalog.set_config('idle_session_timeout', '0', false) end
  from (
    select pg_catalog.current_setting('search_path') as path,
      pg_catalog.current_setting('idle_session_timeout', true) as idle_timeout
  ) found
  where pg_catalog.pg_backend_pid() operator(pg_catalog.=) ${processId}`;

/** To be called once for each new connection, before its first use. */
export async function applySessionSettings(client: ClientBase): Promise<void> {
  const processId = Number('processID' in client ? client.processID : undefined);
  if (Number.isInteger(processId))
    await client.query(`${beginWithoutTimeouts}; ${ownSettings(processId)}; commit`);
}
