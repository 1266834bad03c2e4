import { type Answer, textAnswer } from './function-reply.ts';
import type { Failure, Refusal } from '../faults.ts';

type PlatformError = Readonly<{ status: number; text: string }>;

/**
 * The platform's own errors, word for word (docs/modal.md, "Errors made by the platform"). docs/modal.md leaves some words open:
 * the rest of `invalid credentials`, the workspace's id and the text after InternalFailure are as users have quoted
 * them in public; no wording is known for a plain rate limit nor the status of a prohibited header.
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

/** The answer that Modal's ingress gives for this error. */
export function platformAnswer(error: Refusal | Failure): Answer {
  const { status, text } = PLATFORM_ERRORS[error];
  return textAnswer(status, text);
}
