import type { Problem } from '../errors.ts';

/** What zod found wrong with the query parameters, as a problem. */
export function invalidQuery(
  issues: readonly Readonly<{ path: readonly PropertyKey[]; message: string }>[],
): Problem {
  const errors = issues.map(({ path, message }) => ({ parameter: path.map(String).join('.'), message }));
  const detail = errors.map(({ parameter, message }) => `${parameter} ${message}`).join('; ');
  return { code: 'invalid_query', detail: `${detail}.`, errors };
}
