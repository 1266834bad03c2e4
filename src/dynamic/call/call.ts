import type { RouteDefinition } from '../../schemas/route-definition.ts';
import type { Hop } from '../../modal/hop.ts';
import type { CallerIdentity } from '../../observability/observation.ts';

/** One call of a workflow, however it arrived: a request, a run, a batch item or a replay. Plain data, no HTTP objects. */
export type Call = Readonly<{
  route: RouteDefinition;
  /** The caller's query without its `?`. */
  query: string;
  /** Flat list of header names and values that the function may see (dynamic/http/forwarded-headers.ts). */
  headers: readonly string[];
  body: CallBody;
  requestId: string;
  /** W3C Trace Context, section 3.2. */
  traceparent: string;
  /** The version of the snapshot that `route` is from. */
  registryVersion: string;
  caller: CallerIdentity;
  /** Where an earlier process left off: the result is loaded from there, and no new call of the function is started. */
  resume?: Hop;
}>;

/** A request body: complete, none, or still arriving. */
export type CallBody = Uint8Array | IncomingBody | null;

/** A request body that is still arriving; read at most once. */
export type IncomingBody = Readonly<{
  /** The declared length in bytes; null if there is none. */
  announcedBytes: number | null;
  /**
   * Reads until the body ends, exceeds `limit` bytes, or `account` refuses a chunk; reads nothing if the limit is negative.
   *
   * @throws the error that cut the body off.
   */
  collect: (limit: number, account: ByteAccount) => Promise<CollectedBody>;
}>;

/** Accounts for bytes that are kept in memory. */
export type ByteAccount = Readonly<{
  /** Takes the bytes of a chunk, which stays in memory from then on; false refuses them. */
  takeBytes: (bytes: number) => boolean;
}>;

/** The beginning of a body, and the rest that is still arriving; null if there is none. */
export type CollectedBody = Readonly<{
  chunks: readonly Uint8Array[];
  size: number;
  rest: AsyncIterator<Uint8Array> | null;
}>;

export function isIncoming(body: CallBody): body is IncomingBody {
  return body !== null && !(body instanceof Uint8Array);
}

/** Joins chunks; a single chunk is not copied. */
export function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size);
}
