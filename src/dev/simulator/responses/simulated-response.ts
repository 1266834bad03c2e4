import type { JsonValue } from '../../../json-schema/json.ts';

/** Response headers in sending order; a name may occur twice (Set-Cookie). */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** A complete response, before any of it is sent. */
export type SimulatedResponse = Readonly<{ status: number; headers: HeaderPairs; body: string }>;

/** A response of Modal's ingress or of an uncaught exception: text, not JSON (docs/modal.md, Errors). */
export function textResponse(status: number, body: string, headers: HeaderPairs = []): SimulatedResponse {
  return { status, headers: [['content-type', 'text/plain; charset=utf-8'], ...headers], body };
}

/** A response as FastAPI's JSONResponse sends it: compact, no charset (starlette/responses.py). */
export function jsonResponse(status: number, value: JsonValue, headers: HeaderPairs = []): SimulatedResponse {
  return { status, headers: [['content-type', 'application/json'], ...headers], body: JSON.stringify(value) };
}

/** The response with these headers added; one of the same name replaces the original. */
export function withHeaders(response: SimulatedResponse, extra: HeaderPairs): SimulatedResponse {
  const replaced = new Set(extra.map(([name]) => name.toLowerCase()));
  const kept = response.headers.filter(([name]) => !replaced.has(name.toLowerCase()));
  return { ...response, headers: [...kept, ...extra] };
}
