import type { ProblemOfCall } from '../../errors.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';

/** For calls that were refused before they reached the function (RFC 9209 section 2.3.12). */
const limitReached = {
  'proxy-status': 'rowgate; error=connection_limit_reached',
  'retry-after': '1',
} as const;

export const gatewayOverloaded: ProblemOfCall = {
  code: 'gateway_overloaded',
  detail:
    'This gateway has reached its limit of calls in flight (MAX_IN_FLIGHT); the function has not seen this call.',
  headers: limitReached,
};

export function concurrencyLimitReached({ maxConcurrency }: RouteDefinition): ProblemOfCall {
  const detail = `This workflow has reached its limit of concurrent calls (max_concurrency ${maxConcurrency}); the function has not seen this call.`;
  return { code: 'concurrency_limit_reached', detail, headers: limitReached };
}
