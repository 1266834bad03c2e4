import type { RouteSettings } from './columns/route-settings.ts';
import type { HttpMethod } from './endpoint-path.ts';
import type { FunctionUrl } from './function-url.ts';

/**
 * A row that was parsed and found valid: everything needed to serve it, and nothing that can be invalid. Its settings are
 * declared with their columns, in columns/registry-columns.ts.
 */
export type RouteDefinition = RouteSettings &
  Readonly<{
    slug: string;
    method: HttpMethod;
    /** As callers send it, `/run/…`, without a trailing slash. */
    path: string;
    functionUrl: FunctionUrl;
  }>;

export type ContractMode = NonNullable<RouteDefinition['contractMode']>;
