import type { Caller } from '../auth/key-ring.ts';
import type { RequestTarget } from './request-target.ts';

/** A request that the listener parsed and the gate admitted; every later step uses these values. */
export type AdmittedRequest = Readonly<{
  method: string;
  target: RequestTarget;
  /** The caller's own if it is well-formed. Appears in the response, the log, the problem and the request to the function. */
  requestId: string;
  /** 32 hexadecimal digits, unique to this request: its id if the caller sends none, and the id of a new trace. */
  ownId: string;
  /** The owner of the API key; null if none is required. */
  caller: Caller | null;
  /** The address of the connection. */
  clientAddress: string | null;
  /** Header lines that let a page of another origin read the response, as a flat list of names and values. */
  crossOriginHeaders: readonly string[];
}>;
