import type { JsonObject } from '../../json-schema/json.ts';

/** What the simulator knows of a deployed function; made from a registry row. */
export type SimulatedFunction = Readonly<{
  slug: string;
  /** The method that it accepts, normally `POST`. */
  method: string;
  /** The path that it serves, normally `/`. */
  path: string;
  /** JSON Schema of the request; null accepts any body. */
  requestSchema: JsonObject | null;
  /** JSON Schema of the response; null echoes the request. */
  responseSchema: JsonObject | null;
}>;
