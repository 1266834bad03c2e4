import { type IncomingHttpHeaders, validateHeaderName, validateHeaderValue } from 'node:http';
import { isJsonObject, type JsonValue } from '../../json-schema/json.ts';
import type { HeaderPairs } from './responses/simulated-response.ts';
import { FAULTS, type Fault, isOneOf } from './faults.ts';
import { LOCATION_FORMS, type LocationForm } from './location.ts';

/** What a caller requests of the simulator with `x-sim-*` headers. */
export type Steering = Readonly<{
  latencyMs: number;
  status: number | undefined;
  fault: Fault | undefined;
  location: LocationForm | undefined;
  responseBytes: number | undefined;
  setHeaders: HeaderPairs;
}>;

/** An invalid steering header; the message lists the valid values. */
export class SteeringError extends Error {
  override readonly name = 'SteeringError';
}

/** Parses the steering headers. Throws SteeringError, since a test proves nothing if its fault is silently ignored. */
export function parseSteering(headers: IncomingHttpHeaders): Steering {
  return {
    latencyMs: numberIn(headers, 'x-sim-latency-ms', 0, Number.MAX_SAFE_INTEGER) ?? 0,
    status: numberIn(headers, 'x-sim-status', 200, 599),
    fault: memberIn(headers, 'x-sim-fault', FAULTS),
    location: memberIn(headers, 'x-sim-location', LOCATION_FORMS),
    responseBytes: numberIn(headers, 'x-sim-response-bytes', 0, 2 ** 32),
    setHeaders: headerPairsIn(headers, 'x-sim-set-headers'),
  };
}

function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
}

function numberIn(headers: IncomingHttpHeaders, name: string, min: number, max: number): number | undefined {
  const text = textOf(headers, name);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new SteeringError(`${name} must be a whole number between ${min} and ${max}; it is "${text}"`);
}

function memberIn<const Member extends string>(
  headers: IncomingHttpHeaders,
  name: string,
  list: readonly Member[],
): Member | undefined {
  const text = textOf(headers, name);
  if (text === undefined || isOneOf(list, text)) return text;
  throw new SteeringError(`${name} must be one of ${list.join(', ')}; it is "${text}"`);
}

/** The simulator controls the framing: request a wrong length with `x-sim-fault: truncated`. */
const FRAMING = /^(?:content-length|transfer-encoding)$/i;

function headerPairsIn(headers: IncomingHttpHeaders, name: string): HeaderPairs {
  const text = textOf(headers, name);
  if (text === undefined) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    if (!isJsonObject(parsed)) throw new TypeError('not an object');
    return Object.entries(parsed).flatMap(([header, value]) => pairsOf(header, value));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SteeringError(`${name} must be a JSON object of header names and values: ${reason}`, { cause });
  }
}

function pairsOf(header: string, value: JsonValue): HeaderPairs {
  if (FRAMING.test(header)) throw new TypeError(`${header} cannot be set`);
  const values: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return values.map((member) => {
    const text = typeof member === 'string' ? member : JSON.stringify(member);
    validateHeaderName(header);
    validateHeaderValue(header, text);
    return [header, text];
  });
}
