import type { Problem } from '../errors.ts';

/** What zod says of one parameter, or of all that are unknown. */
type Issue = Readonly<{ path: readonly PropertyKey[]; message: string; keys?: readonly string[] }>;

/** What zod found wrong with the query parameters, as a problem. */
export function invalidQuery(issues: readonly Issue[]): Problem {
  const errors = issues.flatMap(({ path, message, keys = [path.map(String).join('.')] }) =>
    keys.map((parameter) => ({ parameter, message })),
  );
  const detail = errors.map(({ parameter, message }) => `${parameter} ${message}`).join('; ');
  return { code: 'invalid_query', detail: `${detail}.`, errors };
}
