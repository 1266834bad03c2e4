import type { Context } from 'hono';
import { writeCursor } from '../schemas/api-shapes/query-parameters.ts';
import type { ApiEnv } from './api-env.ts';

/**
 * The link to the page that starts after `end`, with the parameters of this request; null if there is none. `link` is the
 * corresponding header (RFC 8288 section 3).
 */
export function nextPageOf(
  c: Context<ApiEnv>,
  path: string,
  end: readonly string[] | null,
): Readonly<{ next: string | null; headers: Readonly<Record<string, string>> }> {
  if (end === null) return { next: null, headers: {} };
  const query = new URLSearchParams({ ...c.req.query(), cursor: writeCursor(end) });
  const next = `${path}?${query.toString()}`;
  return { next, headers: { link: `<${next}>; rel="next"` } };
}
