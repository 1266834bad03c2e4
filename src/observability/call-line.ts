import { describeError } from './log-line.ts';
import type { CallEnded } from './observation.ts';

/**
 * Returns the end of a call as one line of ASCII JSON, with the members that pino would write. It is concatenated by hand,
 * since every call writes one: collecting the fields and serializing them by name created 11 KB of garbage per line, a
 * quarter of what a call allocates; this creates 1 KB (docs/decisions/0011).
 *
 * @param level pino's number for the level.
 * @param time milliseconds since 1970.
 */
export function callLine(call: CallEnded, level: number, time: number): string {
  const { code, error, keyId, clientAddress } = call;
  return (
    `{"level":${level},"time":${time},"service":"rowgate","requestId":${quoted(call.requestId)},"slug":${quoted(call.slug)}` +
    `,"outcome":"${call.outcome}","status":${call.status}${code === null ? '' : `,"code":"${code}"`}` +
    `,"upstreamMs":${call.upstreamMs},"gatewayMs":${call.gatewayMs},"totalMs":${call.totalMs},"attempts":${call.attempts}` +
    `,"requestBytes":${call.requestBytes},"responseBytes":${call.responseBytes}` +
    `,"registryVersion":${quoted(call.registryVersion)}` +
    (keyId === null ? '' : `,"keyId":${quoted(keyId)}`) +
    (clientAddress === null ? '' : `,"clientAddress":${quoted(clientAddress)}`) +
    `${error === undefined || error === null ? '' : `,"error":${faultOf(error)}`},"msg":"call_ended"}\n`
  );
}

/** Text without anything that JSON escapes: nearly every id, slug and address. */
const plainText = /^[\w .:/+=@-]*$/;
const notAscii = /[^ -~]/g;

function quoted(text: string): string {
  return plainText.test(text) ? `"${text}"` : json(text);
}

function faultOf(error: unknown): string {
  return json(error instanceof Error ? describeError(error) : String(error));
}

/** Returns an ASCII-only JSON string (RFC 8259 section 7). */
function json(text: string): string {
  return JSON.stringify(text).replace(
    notAscii,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
