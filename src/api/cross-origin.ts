import { cors } from 'hono/cors';

/** What pages of other origins may read beside the usual. */
const exposed = [
  'x-request-id',
  'x-workflow',
  'x-registry-version',
  'server-timing',
  'retry-after',
  'deprecation',
  'proxy-status',
  'modal-function-call-id',
  'location',
];

/** How long browsers may keep the answer to a preflight: Chromium's own limit. */
const maxAgeSeconds = 7_200;

/**
 * Lets pages of these origins call everything (Fetch standard, "CORS protocol"). Without credentials: keys travel in
 * headers that the page sets itself.
 *
 * @param origins `*` stands for all.
 */
export function crossOrigin(origins: readonly string[]) {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    exposeHeaders: exposed,
    maxAge: maxAgeSeconds,
  });
}
