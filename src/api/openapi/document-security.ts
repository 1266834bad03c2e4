import { accessTo } from '../../auth/access-rules.ts';
import { probes } from '../../auth/gate.ts';
import { authUnavailable, foreignHost, keyMissing, limitReached, scopeMissing } from '../../auth/refusals.ts';
import type { Caller } from '../../auth/key-ring.ts';
import { errorKinds, type Problem } from '../../errors.ts';
import { problemContentType, problemDocument } from '../../problem-document.ts';
import { part } from '../../dynamic/openapi/fixed.ts';
import type { OpenApiParts } from '../../dynamic/openapi/document.ts';
import type { JsonObject, JsonValue } from '../../json-schema/json.ts';

/** The two ways to send a key, as auth/gate.ts reads them; one is enough. */
export const keySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key as "Authorization: Bearer …".' },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The same key in the header "X-API-Key".',
  },
} as const;

const instance = '/run/companies/gemini/industry/infer';
const requestId = 'b2a96e0c-52a5-4f4c-8a2f-3e0f9f6d3c11';

type DocumentedProblems = Readonly<Record<string, Readonly<{ description: string; problem: Problem }>>>;

/** The gate's refusals, which come before any route, with an example of each. */
const gateProblems: DocumentedProblems = {
  KeyRefused: {
    description: 'The API key is missing, unknown, revoked or expired.',
    problem: keyMissing(null),
  },
  ScopeMissing: {
    description: 'The API key lacks the scope that is named in `needs`.',
    problem: scopeMissing({ runPath: 'companies/gemini/industry/infer' }),
  },
  LimitReached: {
    description: 'The API key has reached its limit; see Retry-After, RateLimit and RateLimit-Policy.',
    problem: limitReached({ kind: 'rate', quota: 50, windowSeconds: 1, retryAfterSeconds: 1 }),
  },
};
const keysUnknown = {
  description: 'API keys cannot be verified; see Retry-After.',
  problem: authUnavailable,
};

/** The same for a gateway that requires no key. */
const openGateProblems: DocumentedProblems = {
  ForeignCaller: {
    description:
      'While no API keys are required, requests with a foreign Host or from pages of other origins are refused.',
    problem: foreignHost('gateway.example.com'),
  },
};

/** The parts of the document for a gateway that requires no key: the gate's responses to everything but the probes. */
export function openParts(fixed: JsonObject): OpenApiParts {
  const gateResponses = references(openGateProblems);
  const paths = mapOperations(fixed, (operation, path) =>
    probes.has(path) ? operation : withResponses(operation, gateResponses),
  );
  const components = { ...part(fixed['components']), responses: responses(openGateProblems) };
  return { fixed: { ...fixed, paths, components, security: [] }, gateResponses };
}

/**
 * The same for a gateway that requires keys: the security schemes, one of which each route needs unless the access rules
 * leave it open, and the gate's responses to invalid keys.
 */
export function keyedParts(fixed: JsonObject): OpenApiParts {
  const gateResponses = references(gateProblems);
  const refusals = { ...references({ KeysUnknown: keysUnknown }), ...gateResponses };
  const paths = mapOperations(fixed, (operation, path) =>
    accessTo(path) === 'open' ? { ...operation, security: [] } : withResponses(operation, refusals),
  );
  const components = {
    ...part(fixed['components']),
    responses: responses({ ...gateProblems, KeysUnknown: keysUnknown }),
    securitySchemes: keySchemes,
  };
  const security = Object.keys(keySchemes).map((name) => ({ [name]: [] }));
  return { fixed: { ...fixed, paths, components, security }, gateResponses };
}

/** Which paths a caller may call: all if no key is required. */
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

/** The operation with these responses added, for each status that it does not document itself. */
function withResponses(operation: JsonObject, more: JsonObject): JsonObject {
  return { ...operation, responses: { ...more, ...part(operation['responses']) } };
}

function responses(problems: DocumentedProblems): JsonObject {
  return Object.fromEntries(
    Object.entries(problems).map(([name, { description, problem }]) => {
      const example = JSON.stringify(problemDocument(problem, { instance, requestId }));
      const media = { schema: { $ref: '#/components/schemas/Problem' }, example: plain(example) };
      return [name, { description, content: { [problemContentType]: media } }];
    }),
  );
}

function references(problems: DocumentedProblems): JsonObject {
  return Object.fromEntries(
    Object.entries(problems).map(([name, { problem }]) => [
      String(errorKinds[problem.code].status),
      { $ref: `#/components/responses/${name}` },
    ]),
  );
}

function plain(json: string): JsonValue {
  const value: JsonValue = JSON.parse(json);
  return value;
}
