/**
 * What stopped the embedded Postgres: the thing, the cause and the remedy in one message, and never a credential.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem}\n${remedy}`, options);
  }
}

/** The remedy that needs none of the embedded server. */
export const USE_YOUR_OWN = 'Or set DATABASE_URL to a Postgres of your own.';

/** What the texts of initdb, postgres and the kernel mean to the person who reads them. First match wins. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|ENOSPC/, 'The disk is full: free some space and start again.'],
  [/Read-only file system|EROFS/, 'The file system is read-only: choose a home that can be written.'],
  [
    /could not look up effective user/,
    'The uid has no entry in /etc/passwd, which initdb needs: run as a user that has one.',
  ],
  [
    /pre-existing shared memory block|is another postmaster/i,
    'Processes of an older server still use the data: end them and start again.',
  ],
  [
    /could not (?:create|resize) shared memory/,
    'The machine gives too little shared memory (SHMMNI, /dev/shm): raise it.',
  ],
  [
    /error while loading shared libraries|image not found/,
    'Reinstall the binaries: rm -r node_modules; npm ci.',
  ],
  [/Permission denied|Operation not permitted|EACCES|EPERM/, 'Make the path accessible to that user.'],
];

/** The remedy for a text that a program or the system printed. */
export function remedyFor(text: string): string {
  const known = REMEDIES.find(([pattern]) => pattern.test(text));
  return known ? `${known[1]} ${USE_YOUR_OWN}` : USE_YOUR_OWN;
}
