import { type SimulatedResponse, textResponse } from './simulated-response.ts';
import type { Failure, Refusal } from '../faults.ts';

type PlatformError = Readonly<{ status: number; text: string }>;

/**
 * The platform's own errors, word for word (docs/modal.md, "Errors of the platform"). What that page leaves
 * open is as users have quoted it in public: the rest of `invalid credentials`, the workspace id and the text after
 * InternalFailure. The message of a plain rate limit and the status of a prohibited header are guesses.
 */
const PLATFORM_ERRORS: Readonly<Record<Refusal | Failure, PlatformError>> = {
  'auth-missing': { status: 401, text: 'modal-http: missing credentials for proxy authorization' },
  'auth-invalid': { status: 401, text: 'modal-http: invalid credentials for proxy authorization' },
  'prohibited-header': { status: 400, text: 'modal-http: prohibited modal header' },
  'bad-redirect': { status: 400, text: 'modal-http: bad redirect method' },
  'not-deployed': { status: 404, text: 'modal-http: invalid function call' },
  stopped: { status: 404, text: 'modal-http: app for invoked web endpoint is stopped' },
  'workspace-disabled': { status: 404, text: 'modal-http: workspace ac-simulated is disabled' },
  'spend-limit': {
    status: 429,
    text: 'modal-http: Webhook failed: workspace billing cycle spend limit reached',
  },
  'rate-limit': { status: 429, text: 'modal-http: rate limit exceeded' },
  expired: { status: 408, text: 'Missing request, possibly due to expiry or cancellation' },
  timeout: { status: 500, text: 'modal-http: internal error: function execution timed out' },
  oom: { status: 500, text: 'modal-http: internal error: function was terminated by signal' },
  'internal-failure': {
    status: 500,
    text: 'modal-http: internal error: status InternalFailure: Server has lost track of input',
  },
};

/** The response of Modal's ingress to this error. */
export function platformResponse(error: Refusal | Failure): SimulatedResponse {
  const { status, text } = PLATFORM_ERRORS[error];
  return textResponse(status, text);
}
