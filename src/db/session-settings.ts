import type { ClientBase } from 'pg';

/**
 * Settings of the role or database that must not apply to our sessions. `pg_catalog` comes first in `search_path`, so that
 * nothing in another schema takes the place of Postgres' own tables, functions and operators; the rest stays, since a view or
 * a policy may depend on it. `idle_session_timeout` (0: none; Postgres 14 and later) would end connections that wait for their
 * next use.
 *
 * Only where the session has a server process of its own (`$1`). A pooler in transaction mode would leave the settings on a
 * connection that its other clients use next; it invents the process id that it gives its clients (listener-session.ts). Asked
 * and set in one statement, which a pooler sends to one server.
 */
const ownSettings = `
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
  where pg_catalog.pg_backend_pid() operator(pg_catalog.=) $1::pg_catalog.int4`;

/** To be called once for each new connection, before its first use. */
export async function applySessionSettings(client: ClientBase): Promise<void> {
  const processId = 'processID' in client && typeof client.processID === 'number' ? client.processID : null;
  await client.query(ownSettings, [processId]);
}
