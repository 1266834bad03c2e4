import { MigrationError, RegistryDatabaseError } from './database-errors.ts';

const untrusted =
  "The certificate of the server in DATABASE_URL is not trusted: set DATABASE_CA_FILE to its authority's certificate.";

/** Remedies for some errors of the network and of Postgres (appendix A), shown below the error message. */
const remedies: ReadonlyMap<string, string> = new Map([
  [
    'ECONNREFUSED',
    'The database does not respond: start it (npm start for the embedded one), or fix DATABASE_URL.',
  ],
  ['ENOTFOUND', "The database's host name cannot be resolved: fix DATABASE_URL."],
  [
    'EAI_AGAIN',
    "The database's host name cannot be resolved at the moment: check the DNS server, or fix DATABASE_URL.",
  ],
  [
    'ETIMEDOUT',
    'The database does not respond: check DATABASE_URL, and that the host can be reached from here.',
  ],
  [
    'EHOSTUNREACH',
    "The database's host cannot be reached from here: check the network, or fix DATABASE_URL.",
  ],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted],
  ['28P01', 'The user or the password in DATABASE_URL is wrong.'],
  ['28000', 'The user in DATABASE_URL is not allowed to connect.'],
  ['3D000', 'Create the database, or fix its name in DATABASE_URL.'],
  ['42501', 'Grant the missing rights, or use another user in DATABASE_URL.'],
  ['57014', ended('statement_timeout')],
  ['55P03', ended('lock_timeout')],
  ['25P03', ended('idle_in_transaction_session_timeout')],
  ['25P04', ended('transaction_timeout')],
]);

function ended(setting: string): string {
  return `If nobody canceled it, ${setting} of the role in DATABASE_URL is too short ("show ${setting}" prints it). Raise it: alter role ROLE set ${setting} = '60s'.`;
}

/**
 * A database error for a person at a terminal: its message, with Postgres' DETAIL, HINT and position, and the remedy where
 * one is known. No URL is repeated.
 *
 * @param variable the environment variable that names the database; null for an error of another host, such as a function's,
 *   which no database setting fixes.
 */
export function formatError(error: unknown, variable: string | null = 'DATABASE_URL'): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof RegistryDatabaseError) return formatError(error.cause, 'REGISTRY_DATABASE_URL');
  // A refused connection to a name with several addresses comes as an AggregateError without a message of its own.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  if (error.message === '' && first !== undefined) return formatError(first, variable);
  const cause = error instanceof MigrationError ? error.cause : error;
  const remedy = variable === null ? '' : remedies.get(textIn(cause, 'code') ?? '');
  const lines = [
    error.message,
    ...(['detail', 'hint', 'position'] as const).map((name) => {
      const said = textIn(error, name);
      return said === undefined ? '' : `${name.toUpperCase()}: ${said}`;
    }),
    remedy?.replaceAll('DATABASE_URL', variable ?? '') ?? '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function textIn(error: unknown, name: 'code' | 'detail' | 'hint' | 'position'): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
