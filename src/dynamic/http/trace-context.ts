/** W3C Trace Context, section 3.2.2: any version but ff, no all-zero ids. Only versions later than 00 may be longer. */
const saneTraceparent =
  /^(?:00(?=-.{52}$)|(?!00|ff)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?$/;
/** Sampled (level 1) and random (level 2); a participant must set the flags that it does not know to zero. */
const knownFlags = 0x03;

/** The trace of a call, and whether it is the caller's. */
export type TraceContext = Readonly<{ traceparent: string; continued: boolean }>;

/**
 * Returns the trace of the request: the caller's, continued with a new span, or a new trace (W3C Trace Context, section 3.2).
 *
 * @param id 32 hexadecimal digits that no other request of this process has; its second half is not all zeros.
 */
export function traceOf(offered: string | null | undefined, id: string): TraceContext {
  const span = id.slice(16);
  const [, traceId, flags] =
    offered === null || offered === undefined ? [] : (saneTraceparent.exec(offered) ?? []);
  if (traceId === undefined || flags === undefined) {
    return { traceparent: `00-${id}-${span}-00`, continued: false };
  }
  const known = Number.parseInt(flags, 16) & knownFlags;
  return { traceparent: `00-${traceId}-${span}-0${known}`, continued: true };
}
