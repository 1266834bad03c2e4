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
].join(',');

/** How long browsers may keep the response to a preflight: Chromium's own limit. */
const maxAgeSeconds = 7_200;
const methods = 'GET,HEAD,PUT,POST,DELETE,PATCH';

/** Lets pages of some origins call everything (Fetch standard, "CORS protocol"). */
export type CrossOrigin = Readonly<{
  /** Header lines for the response to a request of this origin. */
  headersFor: (origin: string | undefined) => readonly string[];
  /** Those of the response to a preflight. */
  preflightHeaders: (origin: string, requestedHeaders: string | undefined) => readonly string[];
}>;

const noHeaders: readonly string[] = [];

/**
 * Without credentials: keys travel in headers that the page sets itself.
 *
 * @param origins `*` stands for all; null is returned where there are none.
 */
export function createCrossOrigin(origins: readonly string[]): CrossOrigin | null {
  if (origins.length === 0) return null;
  const isForAll = origins.includes('*');
  const allowed = new Set(origins);
  const allowOrigin = (origin: string | undefined): readonly string[] => {
    if (isForAll) return ['access-control-allow-origin', '*'];
    // A cache must not give one origin what it got for another.
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
