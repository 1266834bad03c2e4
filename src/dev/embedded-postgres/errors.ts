/**
 * An error of the embedded Postgres: the problem, its cause and the remedy in one message, never a credential.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem}\n${remedy}`, options);
  }
}

/** The remedy that does not need the embedded server. */
export const USE_YOUR_OWN = 'Or set DATABASE_URL to your own Postgres.';

/** Remedies for messages of initdb, postgres and the kernel. First match wins. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|ENOSPC/, 'The disk is full: free some space and start again.'],
  [/Read-only file system|EROFS/, 'The file system is read-only: start Rowgate in a writable directory.'],
  [
    /could not look up effective user/,
    'The uid has no entry in /etc/passwd, which initdb needs: start Rowgate as a user that has one.',
  ],
  [
    /pre-existing shared memory block|is another postmaster/i,
    'Processes of an older server still use the data: end them and start Rowgate again.',
  ],
  [
    /could not (?:create|resize) shared memory/,
    'The machine has too little shared memory (SHMMNI, /dev/shm): increase it.',
  ],
  [
    /error while loading shared libraries|image not found/,
    'Reinstall the binaries: rm -r node_modules; npm ci.',
  ],
  [/Permission denied|Operation not permitted|EACCES|EPERM/, 'Make the path accessible to that user.'],
];

/** The remedy for a message of a program or the system. */
export function remedyFor(text: string): string {
  const known = REMEDIES.find(([pattern]) => pattern.test(text));
  return known ? `${known[1]} ${USE_YOUR_OWN}` : USE_YOUR_OWN;
}
