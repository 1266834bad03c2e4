import { accessTo } from '../../auth/access-rules.ts';
import { probes } from '../../auth/gate.ts';
import { authUnavailable, foreignHost, keyMissing, limitReached, scopeMissing } from '../../auth/refusals.ts';
import type { Caller } from '../../auth/key-ring.ts';
import { errorKinds, type Problem } from '../../errors.ts';
import { problemContentType, problemDocument } from '../../problem-document.ts';
import { part } from '../../dynamic/openapi/fixed.ts';
import type { OpenApiParts } from '../../dynamic/openapi/document.ts';
import type { JsonObject, JsonValue } from '../../json-schema/json.ts';

/** How a key may be sent, as auth/gate.ts reads it; one of the two is enough. */
export const keySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key as "Authorization: Bearer …".' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same key as "X-API-Key".' },
} as const;

const instance = '/run/companies/gemini/industry/infer';
const requestId = 'b2a96e0c-52a5-4f4c-8a2f-3e0f9f6d3c11';

type Answers = Readonly<Record<string, Readonly<{ description: string; problem: Problem }>>>;

/** What the gate answers before any route is asked, with an example of each. */
const gateAnswers: Answers = {
  KeyRefused: { description: 'No API key came, or it is not good (any more).', problem: keyMissing },
  ScopeMissing: {
    description: 'The API key has no scope that covers this; `needs` names it.',
    problem: scopeMissing({ runPath: 'companies/gemini/industry/infer' }),
  },
  LimitReached: {
    description: 'The API key has reached its limit; see Retry-After, RateLimit and RateLimit-Policy.',
    problem: limitReached({ kind: 'rate', quota: 50, windowSeconds: 1, retryAfterSeconds: 1 }),
  },
};
const keysUnknown = {
  description: 'API keys cannot be checked; see Retry-After.',
  problem: authUnavailable,
};

/** The same where nobody is asked for a key. */
const openGateAnswers: Answers = {
  ForeignCaller: {
    description: 'Without API keys, other Host names and pages of other origins are refused.',
    problem: foreignHost('gateway.example.com'),
  },
};

/** What the whole document says where nobody is asked for a key: what the gate answers to all but the probes. */
export function openParts(fixed: JsonObject): OpenApiParts {
  const gateResponses = references(openGateAnswers);
  const paths = mapOperations(fixed, (operation, path) =>
    probes.has(path) ? operation : withResponses(operation, gateResponses),
  );
  const components = { ...part(fixed['components']), responses: responses(openGateAnswers) };
  return { fixed: { ...fixed, paths, components, security: [] }, gateResponses };
}

/**
 * The same where keys are asked for: the schemes, of which each route that the access rules do not leave open takes
 * one, and what the gate answers to the wrong ones.
 */
export function keyedParts(fixed: JsonObject): OpenApiParts {
  const gateResponses = references(gateAnswers);
  const refusals = { ...references({ KeysUnknown: keysUnknown }), ...gateResponses };
  const paths = mapOperations(fixed, (operation, path) =>
    accessTo(path) === 'open' ? { ...operation, security: [] } : withResponses(operation, refusals),
  );
  const components = {
    ...part(fixed['components']),
    responses: responses({ ...gateAnswers, KeysUnknown: keysUnknown }),
    securitySchemes: keySchemes,
  };
  const security = Object.keys(keySchemes).map((name) => ({ [name]: [] }));
  return { fixed: { ...fixed, paths, components, security }, gateResponses };
}

/** What a caller may call; everything, for one who needs no key. */
export function coverageOf(caller: Caller | null): (path: string) => boolean {
  if (caller === null) return () => true;
  return (path) => {
    const need = accessTo(path);
    return need === 'open' || (need !== 'not_found' && caller.grants(need));
  };
}

function mapOperations(
  fixed: JsonObject,
  change: (operation: JsonObject, path: string) => JsonObject,
): JsonObject {
  const paths = Object.entries(part(fixed['paths'])).map(([path, item]): [string, JsonValue] => {
    const operations = Object.entries(part(item)).map(([method, operation]): [string, JsonValue] => [
      method,
      change(part(operation), path),
    ]);
    return [path, Object.fromEntries(operations)];
  });
  return Object.fromEntries(paths);
}

/** The operation with these responses too, where it has none of its own for a status. */
function withResponses(operation: JsonObject, more: JsonObject): JsonObject {
  return { ...operation, responses: { ...more, ...part(operation['responses']) } };
}

function responses(answers: Answers): JsonObject {
  return Object.fromEntries(
    Object.entries(answers).map(([name, { description, problem }]) => {
      const example = JSON.stringify(problemDocument(problem, { instance, requestId }));
      const media = { schema: { $ref: '#/components/schemas/Problem' }, example: plain(example) };
      return [name, { description, content: { [problemContentType]: media } }];
    }),
  );
}

function references(answers: Answers): JsonObject {
  return Object.fromEntries(
    Object.entries(answers).map(([name, { problem }]) => [
      String(errorKinds[problem.code].status),
      { $ref: `#/components/responses/${name}` },
    ]),
  );
}

function plain(json: string): JsonValue {
  const value: JsonValue = JSON.parse(json);
  return value;
}
