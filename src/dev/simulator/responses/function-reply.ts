import type { JsonValue } from '../../../json-schema/json.ts';

/** Response headers in sending order; a name may come twice (Set-Cookie). */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** A whole answer, before anything is sent of it. */
export type Answer = Readonly<{ status: number; headers: HeaderPairs; body: string }>;

/** What Modal's ingress and an uncaught exception answer: text, not JSON (docs/modal.md, Errors). */
export function textAnswer(status: number, body: string, headers: HeaderPairs = []): Answer {
  return { status, headers: [['content-type', 'text/plain; charset=utf-8'], ...headers], body };
}

/** What FastAPI's JSONResponse sends: compact, no charset (starlette/responses.py). */
export function jsonAnswer(status: number, value: JsonValue, headers: HeaderPairs = []): Answer {
  return { status, headers: [['content-type', 'application/json'], ...headers], body: JSON.stringify(value) };
}

/** The answer with these headers too; one of the same name replaces the answer's own. */
export function withHeaders(answer: Answer, extra: HeaderPairs): Answer {
  const replaced = new Set(extra.map(([name]) => name.toLowerCase()));
  const kept = answer.headers.filter(([name]) => !replaced.has(name.toLowerCase()));
  return { ...answer, headers: [...kept, ...extra] };
}
