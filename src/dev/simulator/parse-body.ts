import type { JsonValue } from '../../json-schema/json.ts';
import { type SimulatedResponse, jsonResponse } from './responses/simulated-response.ts';
import { findJsonFault } from '../../modal/json-fault.ts';

export type ParsedBody =
  | Readonly<{ kind: 'absent' }>
  | Readonly<{ kind: 'present'; value: JsonValue }>
  | Readonly<{ kind: 'refused'; response: SimulatedResponse }>;

/** CPython's json fails at its recursion limit, 1000 frames by default (sys.getrecursionlimit). */
const MAX_DEPTH = 1000;

const JSON_TYPE = /^application\/(?:json|[^;\s]+\+json)\s*(?:;|$)/i;

/**
 * Reads a request body as FastAPI does (fastapi/routing.py, get_request_handler): JSON when the content type says so
 * or is missing, else one plain string, which no model accepts. An empty body and a JSON null both count as absent.
 */
export function parseBody(body: Uint8Array, contentType: string | undefined): ParsedBody {
  if (body.byteLength === 0) return { kind: 'absent' };
  const text = decode(body);
  if (contentType !== undefined && !JSON_TYPE.test(contentType)) {
    return { kind: 'present', value: text ?? '' };
  }
  if (text === undefined || nestsTooDeep(text)) return unreadable();
  try {
    const value: JsonValue = JSON.parse(text);
    return value === null ? { kind: 'absent' } : { kind: 'present', value };
  } catch {
    return notJson(text);
  }
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** Whether brackets outside strings nest deeper than Python allows; also protects our own recursion. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInString && character === '\\') at += 1;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Any error other than a JSONDecodeError becomes this 400 (fastapi/routing.py). */
function unreadable(): ParsedBody {
  return { kind: 'refused', response: jsonResponse(400, { detail: 'There was an error parsing the body' }) };
}

function notJson(text: string): ParsedBody {
  const { position, message } = findJsonFault(text) ?? { position: 0, message: 'Expecting value' };
  const fault = {
    type: 'json_invalid',
    loc: ['body', position],
    msg: 'JSON decode error',
    input: {},
    ctx: { error: message },
  };
  return { kind: 'refused', response: jsonResponse(422, { detail: [fault] }) };
}
