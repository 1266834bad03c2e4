import type { Problem } from '../errors.ts';

/** An issue that zod reports for one parameter, or for all unknown ones. */
type Issue = Readonly<{ path: readonly PropertyKey[]; message: string; keys?: readonly string[] }>;

/** The issues that zod found in the query parameters, as a problem. */
export function invalidQuery(issues: readonly Issue[]): Problem {
  const errors = issues.flatMap(({ path, message, keys = [path.map(String).join('.')] }) =>
    keys.map((parameter) => ({ parameter, message })),
  );
  const detail = errors.map(({ parameter, message }) => `${parameter} ${message}`).join('; ');
  return { code: 'invalid_query', detail: `${detail}.`, errors };
}
