import { errorKinds, type Problem } from '../../errors.ts';
import { problemContentType, problemDocument } from '../../problem-document.ts';
import type { JsonObject } from '../../json-schema/json.ts';
import { encodingUnsupported } from '../contracts/body-problems.ts';
import { routeNotFound } from '../http/routing-problems.ts';

type DocumentedProblem = Readonly<{ description: string; problem: Problem }>;

const slug = 'infer-company-industry';
const instance = '/run/companies/gemini/industry/infer';
const requestId = 'b2a96e0c-52a5-4f4c-8a2f-3e0f9f6d3c11';

/** The responses of Rowgate in place of a function's, with an example of each. */
const ownProblems: Readonly<Record<string, DocumentedProblem>> = {
  BodyUnreadable: {
    description: 'The body could not be read, or is not valid JSON although the workflow has a contract.',
    problem: { code: 'invalid_body', detail: 'The body ended before it was complete.' },
  },
  RouteNotFound: {
    description: 'No workflow is mounted at this path, or no longer.',
    problem: routeNotFound(instance, []),
  },
  BodyTooLarge: {
    description: 'The body is too large.',
    problem: {
      code: 'body_too_large',
      detail: 'The body of 12 MiB is larger than the 10 MiB that this gateway accepts (MAX_BODY_BYTES).',
    },
  },
  BodyCompressed: {
    description: 'The body is compressed, and the workflow validates bodies by its contract.',
    problem: {
      code: 'content_encoding_unsupported',
      detail: encodingUnsupported('gzip').detail,
    },
  },
  ContractViolated: {
    description:
      'The body does not match the contract; `errors` lists where. (A 422 of the function itself has no `code`.)',
    problem: {
      code: 'invalid_request_body',
      detail: 'company_name is required. The function has not seen this call.',
      errors: [{ pointer: '/company_name', message: 'company_name is required', expected: 'text' }],
    },
  },
  GatewayFailed: {
    description: 'Rowgate had an internal error.',
    problem: {
      code: 'internal_error',
      detail: 'Rowgate failed to handle this request; its log contains the error under the request_id.',
    },
  },
  FunctionFailed: {
    description: 'The function or the Modal platform failed.',
    problem: {
      code: 'function_crashed',
      detail: 'Modal killed the function, most likely because it ran out of memory.',
    },
  },
  FunctionUnavailable: {
    description: 'The function cannot be reached or accepts no more calls; see Retry-After.',
    problem: {
      code: 'function_unreachable',
      detail: 'No connection to the function could be made; it has not seen this call.',
    },
  },
  DeadlineExceeded: {
    description: 'The function did not respond in time.',
    problem: {
      code: 'deadline_exceeded',
      detail: 'The function did not respond within its timeout of 90 s; it may still be running.',
    },
  },
};

/** The responses of the document's components. */
export const ownResponses = Object.fromEntries(
  Object.entries(ownProblems).map(([name, { description, problem }]) => {
    const context = {
      instance,
      requestId,
      ...(problem.code === 'route_not_found' ? {} : { workflowSlug: slug }),
    };
    const example = problemDocument(problem, context);
    const media = { schema: { $ref: '#/components/schemas/Problem' }, example };
    return [name, { description, content: { [problemContentType]: media } }];
  }),
);

/** The same by status. */
export const ownResponseReferences: JsonObject = Object.fromEntries(
  Object.entries(ownProblems).map(([name, { problem }]) => [
    String(errorKinds[problem.code].status),
    { $ref: `#/components/responses/${name}` },
  ]),
);

/** The responses that every operation under /run may have besides the function's own. */
export function commonResponses(gateResponses: JsonObject): JsonObject {
  return { ...ownResponseReferences, ...gateResponses };
}
