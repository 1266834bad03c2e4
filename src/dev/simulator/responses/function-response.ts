import type { JsonValue } from '../../../json-schema/json.ts';
import { type SimulatedResponse, jsonResponse } from './simulated-response.ts';
import { openApiDocument } from './openapi-document.ts';
import { parseBody } from '../parse-body.ts';
import { type ValidationFault, validate } from './pydantic.ts';
import { CALL_PARAMETERS, type RequestTarget } from '../request-target.ts';
import { buildResponse } from './response-builder.ts';
import type { SimulatedFunction } from '../simulated-function.ts';

/** The part of a request that reaches the function. */
export type FunctionCall = Readonly<{
  method: string;
  target: RequestTarget;
  contentType: string | undefined;
  body: Uint8Array;
  hasDocs: boolean;
}>;

/** The response of the function when the platform does not fail, as the FastAPI app that Modal wraps it in would send it. */
export function respondAsFunction(
  simulated: SimulatedFunction,
  call: FunctionCall,
  newId: () => string,
): SimulatedResponse {
  if (call.target.path === simulated.path) {
    return call.method === simulated.method
      ? respondAsHandler(simulated, call, newId)
      : methodNotAllowed(simulated.method);
  }
  if (call.target.path !== '/openapi.json' || !call.hasDocs)
    return jsonResponse(404, { detail: 'Not Found' });
  return call.method === 'GET' ? jsonResponse(200, openApiDocument(simulated)) : methodNotAllowed('GET');
}

function methodNotAllowed(allowed: string): SimulatedResponse {
  return jsonResponse(405, { detail: 'Method Not Allowed' }, [['allow', allowed]]);
}

function respondAsHandler(
  simulated: SimulatedFunction,
  call: FunctionCall,
  newId: () => string,
): SimulatedResponse {
  if (call.method === 'GET') return respondToQuery(simulated, call, newId);
  const parsed = parseBody(call.body, call.contentType);
  if (parsed.kind === 'refused') return simulated.requestSchema === null ? respondTo(null) : parsed.response;
  const value = parsed.kind === 'present' ? parsed.value : null;
  if (simulated.requestSchema === null) return respondTo(value);
  if (parsed.kind === 'absent') return unprocessable([{ ...MISSING_BODY, input: null }]);
  const checked = validate(simulated.requestSchema, value, ['body']);
  return checked.faults.length > 0 ? unprocessable(checked.faults) : respondTo(checked.value);

  function respondTo(request: JsonValue): SimulatedResponse {
    return succeed(simulated, request, newId);
  }
}

const MISSING_BODY = { type: 'missing', loc: ['body'], msg: 'Field required' } as const;

/** A GET function reads its parameters from the query; a missing one is reported with a null `input` (fastapi/dependencies). */
function respondToQuery(
  simulated: SimulatedFunction,
  call: FunctionCall,
  newId: () => string,
): SimulatedResponse {
  const pairs = [...new URLSearchParams(call.target.query)];
  const ours: readonly string[] = CALL_PARAMETERS;
  const request = Object.fromEntries(pairs.filter(([name]) => !ours.includes(name)));
  const checked = validate(simulated.requestSchema ?? {}, request, ['query']);
  if (checked.faults.length === 0) return succeed(simulated, checked.value, newId);
  return unprocessable(
    checked.faults.map((fault) => (fault.type === 'missing' ? { ...fault, input: null } : fault)),
  );
}

function unprocessable(faults: readonly ValidationFault[]): SimulatedResponse {
  return jsonResponse(422, { detail: faults });
}

function succeed(
  { responseSchema }: SimulatedFunction,
  request: JsonValue,
  newId: () => string,
): SimulatedResponse {
  const body =
    responseSchema === null
      ? { success: true, echo: request }
      : buildResponse(responseSchema, request, newId);
  return jsonResponse(200, body);
}
