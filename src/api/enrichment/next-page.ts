import type { Context } from 'hono';
import { writeCursor } from '../../schemas/api-shapes/query-parameters.ts';
import type { ApiEnv } from '../api-env.ts';

/**
 * The link to the page after the one that ended with these texts, with the parameters of this request; null where it was the
 * last. `link` is the header for it (RFC 8288 section 3).
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
