/**
 * The response headers that pages of other origins may read, besides the safelisted ones (Fetch standard, "CORS-safelisted
 * response-header name"): all that Rowgate sets itself and a page can use, and those of functions that have a meaning in HTTP.
 */
const exposedHeaders = [
  'accept-encoding',
  'allow',
  'content-disposition',
  'deprecation',
  'etag',
  'link',
  'location',
  'modal-function-call-id',
  'proxy-status',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'server-timing',
  'sunset',
  'via',
  'www-authenticate',
  'x-registry-version',
  'x-request-id',
  'x-workflow',
];
const exposed = exposedHeaders.join(',');

/** How long browsers may cache the response to a preflight: Chromium's own limit. */
const maxAgeSeconds = 7_200;
const methods = 'GET,HEAD,PUT,POST,DELETE,PATCH';

/** Allows pages of some origins to call every route (Fetch standard, "CORS protocol"). */
export type CrossOrigin = Readonly<{
  /** Header lines for the response to a request of this origin. */
  headersFor: (origin: string | undefined) => readonly string[];
  /** Header lines for the response to a preflight. */
  preflightHeaders: (origin: string, requestedHeaders: string | undefined) => readonly string[];
}>;

const noHeaders: readonly string[] = [];

/**
 * Creates the CORS headers. Credentials are not allowed: pages send keys in headers that they set themselves.
 *
 * @param origins `*` means all origins.
 * @returns null if there are no origins.
 */
export function createCrossOrigin(origins: readonly string[]): CrossOrigin | null {
  if (origins.length === 0) return null;
  const isForAll = origins.includes('*');
  const allowed = new Set(origins);
  const allowOrigin = (origin: string | undefined): readonly string[] => {
    if (isForAll) return ['access-control-allow-origin', '*'];
    // A cache must not serve one origin the response meant for another.
    const vary = ['vary', 'Origin'];
    return origin !== undefined && allowed.has(origin)
      ? ['access-control-allow-origin', origin, ...vary]
      : vary;
  };
  return {
    headersFor: (origin) => {
      if (isForAll && origin === undefined) return noHeaders;
      return [...allowOrigin(origin), 'access-control-expose-headers', exposed];
    },
    preflightHeaders: (origin, requestedHeaders) => [
      ...allowOrigin(origin),
      'access-control-allow-methods',
      methods,
      'access-control-max-age',
      String(maxAgeSeconds),
      ...(requestedHeaders === undefined
        ? []
        : ['access-control-allow-headers', requestedHeaders, 'vary', 'Access-Control-Request-Headers']),
    ],
  };
}
