import type { Problem } from '../errors.ts';

/** An issue that zod reports for one parameter, or for all unknown ones. */
type Issue = Readonly<{ path: readonly PropertyKey[]; message: string; keys?: readonly string[] }>;

/** More are only counted: a query of 11 KB has 2,500 unknown parameters, and its problem would have 830 KB. */
const maxErrors = 20;

/** The issues that zod found in the query parameters, as a problem. */
export function invalidQuery(issues: readonly Issue[]): Problem {
  const found = issues.flatMap(({ path, message, keys = [path.map(String).join('.')] }) =>
    keys.map((parameter) => ({ parameter, message })),
  );
  // A number may break one rule in two ways.
  const distinct = new Map(found.map((error) => [`${error.parameter} ${error.message}`, error]));
  const errors = [...distinct.values()].slice(0, maxErrors);
  const more = distinct.size > maxErrors ? `; and ${distinct.size - maxErrors} more` : '';
  const detail = [...distinct.keys()].slice(0, maxErrors).join('; ');
  return { code: 'invalid_query', detail: `${detail}${more}.`, errors };
}
