import type { JsonObject } from '../../json-schema/json.ts';

/** A deployed function, as far as the simulator must know it; made from a registry row. */
export type SimulatedFunction = Readonly<{
  slug: string;
  /** The method that it answers, `POST` normally. */
  method: string;
  /** The path that it serves, `/` normally. */
  path: string;
  /** JSON Schema of the request; null takes any body. */
  requestSchema: JsonObject | null;
  /** JSON Schema of the answer; null echoes the request. */
  responseSchema: JsonObject | null;
}>;
