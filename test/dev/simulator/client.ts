import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { SimulatedFunction, Simulator } from '../../../src/dev/simulator/simulator.ts';
import type { JsonObject, JsonValue } from '../../../src/json-schema/json.ts';

/** A function with a contract like those of the demo registry. */
export const lookupFunction: SimulatedFunction = {
  slug: 'company-lookup',
  method: 'POST',
  path: '/',
  requestSchema: {
    type: 'object',
    properties: {
      domain: { type: 'string' },
      limit: { type: ['integer', 'null'], default: 50 },
      dry_run: { type: 'boolean', default: true },
      note: { type: ['string', 'null'] },
    },
    required: ['domain'],
  },
  responseSchema: {
    type: 'object',
    properties: {
      success: { type: 'boolean' },
      domain: { type: ['string', 'null'] },
      limit: { type: ['integer', 'null'] },
      dry_run: { type: ['boolean', 'null'] },
      raw_id: { type: ['string', 'null'] },
      error: { type: ['string', 'null'] },
    },
    required: ['success'],
  },
};

/** A function that accepts any body and echoes it. */
export const echoFunction: SimulatedFunction = {
  slug: 'echo',
  method: 'POST',
  path: '/',
  requestSchema: null,
  responseSchema: null,
};

export const LABEL = 'demodata--company-lookup';
export const HOST = `${LABEL}.modal.run`;

/** Finds `lookupFunction` under LABEL and `echoFunction` under `demodata--echo`. */
export function findFunction(label: string): SimulatedFunction | undefined {
  if (label === LABEL) return lookupFunction;
  return label === 'demodata--echo' ? echoFunction : undefined;
}

export type Sent = Readonly<{
  host?: string;
  method?: string;
  target?: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, except for strings and bytes, which are sent as they are. */
  body?: JsonValue | Uint8Array;
  signal?: AbortSignal;
}>;

export type ReceivedResponse = Readonly<{
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body parsed as JSON; throws if it is not JSON. */
  json: () => JsonValue;
}>;

/** Sends one request on a connection of its own; resolves with the response once its head has arrived. */
export function open(simulator: Simulator, sent: Sent = {}): Promise<IncomingMessage> {
  const { host = HOST, method = 'POST', target = '/', headers = {}, signal } = sent;
  const body = bodyOf(sent, method);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(
    {
      host: '127.0.0.1',
      port: simulator.port,
      agent: new Agent(),
      method,
      path: target,
      headers: {
        host,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': body.byteLength }),
        ...headers,
      },
      ...(signal === undefined ? {} : { signal }),
    },
    resolve,
  );
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

/** Sends one request and reads the whole response. */
export async function call(simulator: Simulator, sent: Sent = {}): Promise<ReceivedResponse> {
  const response = await open(simulator, sent);
  const body = await text(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: body,
    json: () => JSON.parse(body),
  };
}

/** Sends raw bytes and returns everything received until the simulator ends the connection. */
export async function sendRaw(simulator: Simulator, bytes: string): Promise<string> {
  const socket: Socket = connect(simulator.port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

/** The target of a 303's Location, to be requested from the simulator. */
export function targetOf(location: string | undefined): string {
  const url = new URL(location ?? '', `https://${HOST}`);
  return `${url.pathname}${url.search}`;
}

/** A request body for `lookupFunction`. */
export const lookupBody: JsonObject = { domain: 'acme.example' };

function bodyOf({ body = lookupBody }: Sent, method: string): Uint8Array | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
