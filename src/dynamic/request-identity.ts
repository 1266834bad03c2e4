const saneRequestId = /^[A-Za-z0-9._:/+=@-]{1,128}$/;
/** W3C Trace Context, section 3.2.2: any version but ff, no all-zero ids. Only later versions than 00 may go on. */
const saneTraceparent =
  /^(?:00(?=-.{52}$)|(?!00|ff)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?$/;
/** Sampled (level 1) and random (level 2); a participant must set the flags that it does not know to zero. */
const knownFlags = 0x03;

/** The caller's `X-Request-Id` if it can stand in a header, a log line and a table cell, else a new one. */
export function requestIdOf(offered: string | null | undefined, newId: () => string): string {
  return offered !== null && offered !== undefined && saneRequestId.test(offered) ? offered : newId();
}

/** The trace of the request: the caller's with a span of ours, or a new one (W3C Trace Context, section 3.2). */
export function traceOf(
  offered: string | null | undefined,
  newId: () => string,
): Readonly<{ traceparent: string; continued: boolean }> {
  const span = newId().replaceAll('-', '').slice(0, 16);
  const [, traceId, flags] = saneTraceparent.exec(offered ?? '') ?? [];
  if (traceId === undefined || flags === undefined) {
    return { traceparent: `00-${newId().replaceAll('-', '')}-${span}-00`, continued: false };
  }
  const known = Number.parseInt(flags, 16) & knownFlags;
  return { traceparent: `00-${traceId}-${span}-0${known}`, continued: true };
}
