import type { HttpMethod } from './endpoint-path.ts';
import type { FunctionUrl } from './function-url.ts';
import type { JsonObject, JsonValue } from '../json-schema/json.ts';

export const contractModes = ['enforce', 'report', 'off'] as const;
export type ContractMode = (typeof contractModes)[number];

/** A row that was parsed and found good: all that serving it takes, and nothing that can be wrong. */
export type RouteDefinition = Readonly<{
  slug: string;
  method: HttpMethod;
  /** As callers send it, `/run/…`, without a trailing slash. */
  path: string;
  functionUrl: FunctionUrl;
  timeoutSeconds: number;
  requestSchema: JsonObject | null;
  responseSchema: JsonObject | null;
  contractMode: ContractMode | null;
  exampleRequest: JsonValue;
  /** Whether the same call may be made twice without harm. */
  idempotent: boolean;
  /** How many calls each process has in flight at once; null: no limit. */
  maxConcurrency: number | null;
  /** Since when callers should move away, in ISO 8601; null: they need not. */
  deprecatedAt: string | null;
}>;
