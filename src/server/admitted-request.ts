import type { Caller } from '../auth/key-ring.ts';
import type { RequestTarget } from './request-target.ts';

/** A request that the listener parsed and the gate let in: what every later step goes by. */
export type AdmittedRequest = Readonly<{
  method: string;
  target: RequestTarget;
  /** The caller's own where it is sane; in the response, the log, the problem and what the function gets. */
  requestId: string;
  /** 32 hexadecimal digits that no other request has: the request id where its caller sends none, and the id of a new trace. */
  ownId: string;
  /** Whose key it came with; null where none is asked for. */
  caller: Caller | null;
  /** Of the connection. */
  clientAddress: string | null;
  /** Header lines by which a page of another origin may read the response, as a flat list of names and values. */
  crossOriginHeaders: readonly string[];
}>;
