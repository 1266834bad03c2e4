import type { JsonValue } from '../../../json-schema/json.ts';
import { type Answer, jsonAnswer } from './function-reply.ts';
import { openApiDocument } from './openapi-document.ts';
import { parseBody } from '../parse-body.ts';
import { type ValidationFault, validate } from './pydantic.ts';
import { CALL_PARAMETERS, type RequestTarget } from '../request-target.ts';
import { buildResponse } from './response-builder.ts';
import type { SimulatedFunction } from '../simulated-function.ts';

/** What reaches the function of a request. */
export type FunctionCall = Readonly<{
  method: string;
  target: RequestTarget;
  contentType: string | undefined;
  body: Uint8Array;
  hasDocs: boolean;
}>;

/** What the function answers when nothing goes wrong around it, as the FastAPI app that Modal wraps it in would. */
export function answerOfFunction(
  simulated: SimulatedFunction,
  call: FunctionCall,
  newId: () => string,
): Answer {
  if (call.target.path === simulated.path) {
    return call.method === simulated.method
      ? answerOfHandler(simulated, call, newId)
      : methodNotAllowed(simulated.method);
  }
  if (call.target.path !== '/openapi.json' || !call.hasDocs) return jsonAnswer(404, { detail: 'Not Found' });
  return call.method === 'GET' ? jsonAnswer(200, openApiDocument(simulated)) : methodNotAllowed('GET');
}

function methodNotAllowed(allowed: string): Answer {
  return jsonAnswer(405, { detail: 'Method Not Allowed' }, [['allow', allowed]]);
}

function answerOfHandler(simulated: SimulatedFunction, call: FunctionCall, newId: () => string): Answer {
  if (call.method === 'GET') return answerOfQuery(simulated, call, newId);
  const parsed = parseBody(call.body, call.contentType);
  if (parsed.kind === 'refused') return simulated.requestSchema === null ? answerTo(null) : parsed.answer;
  const value = parsed.kind === 'present' ? parsed.value : null;
  if (simulated.requestSchema === null) return answerTo(value);
  if (parsed.kind === 'absent') return unprocessable([{ ...MISSING_BODY, input: null }]);
  const checked = validate(simulated.requestSchema, value, ['body']);
  return checked.faults.length > 0 ? unprocessable(checked.faults) : answerTo(checked.value);

  function answerTo(request: JsonValue): Answer {
    return succeed(simulated, request, newId);
  }
}

const MISSING_BODY = { type: 'missing', loc: ['body'], msg: 'Field required' } as const;

/** A GET function takes its members from the query; a missing one has a null `input` there (fastapi/dependencies). */
function answerOfQuery(simulated: SimulatedFunction, call: FunctionCall, newId: () => string): Answer {
  const pairs = [...new URLSearchParams(call.target.query)];
  const ours: readonly string[] = CALL_PARAMETERS;
  const request = Object.fromEntries(pairs.filter(([name]) => !ours.includes(name)));
  const checked = validate(simulated.requestSchema ?? {}, request, ['query']);
  if (checked.faults.length === 0) return succeed(simulated, checked.value, newId);
  return unprocessable(
    checked.faults.map((fault) => (fault.type === 'missing' ? { ...fault, input: null } : fault)),
  );
}

function unprocessable(faults: readonly ValidationFault[]): Answer {
  return jsonAnswer(422, { detail: faults });
}

function succeed({ responseSchema }: SimulatedFunction, request: JsonValue, newId: () => string): Answer {
  const body =
    responseSchema === null
      ? { success: true, echo: request }
      : buildResponse(responseSchema, request, newId);
  return jsonAnswer(200, body);
}
