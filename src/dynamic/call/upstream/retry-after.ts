/** Nobody waits longer than a day for a call. */
const maxWaitMs = 24 * 60 * 60 * 1000;

/** The three forms of an HTTP-date begin with the day of the week (RFC 9110 section 5.6.7). */
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w :-]+$/;

/**
 * Returns the Retry-After of a response in milliseconds: seconds, or an HTTP-date (RFC 9110 section 10.2.3), which is counted
 * from the response's own `Date` if it has one, since clocks differ. 0 for a date that has passed, a day at most; null if
 * there is none that can be understood.
 *
 * @param now Unix time in milliseconds.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  now: () => number,
): number | null {
  const asked = headers['retry-after'];
  if (typeof asked !== 'string') return null;
  if (/^\d+$/.test(asked)) return Math.min(Number(asked) * 1000, maxWaitMs);
  const until = parseHttpDate(asked);
  if (until === null) return null;
  const { date } = headers;
  const from = (typeof date === 'string' ? parseHttpDate(date) : null) ?? now();
  return Math.min(Math.max(until - from, 0), maxWaitMs);
}

/** Unix time in milliseconds. The oldest form, asctime's, does not state that it is in GMT. */
function parseHttpDate(text: string): number | null {
  if (!httpDate.test(text)) return null;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? null : time;
}
