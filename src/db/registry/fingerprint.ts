import { createHash } from 'node:crypto';

const defaultPort = '5432';

/**
 * Which registry this is, as 16 hex digits: server, database and table. User and password are not part of it, since
 * changing them does not make it another registry; but what follows a dot in the user's name is, since on Supabase's
 * shared pooler nothing else distinguishes two projects (`postgres.<project>`). Null is the embedded Postgres.
 *
 * @throws TypeError for an invalid URL, without repeating it.
 */
export function registryFingerprint(databaseUrl: string | null, table: string): string {
  const facts = databaseUrl === null ? ['embedded', table] : [...location(databaseUrl), table];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}

/** Host and port may also be in the query, for Unix sockets (libpq manual, "Connection URIs"). */
function location(databaseUrl: string): readonly string[] {
  const url = URL.parse(databaseUrl);
  if (!url) throw new TypeError('The database URL is not a valid URL (its value is not shown here).');
  const host = url.searchParams.get('host') ?? url.hostname.toLowerCase();
  const port = url.searchParams.get('port') ?? (url.port === '' ? defaultPort : url.port);
  return [host, port, url.pathname.slice(1)];
}
