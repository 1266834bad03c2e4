/**
 * Where to fetch the result of a call: the host that runs it, and the request target there. This is all that another process
 * needs to continue the call, and a secret, because anyone who has it can read the result: it is never logged or shown.
 */
export type Hop = Readonly<{ host: string; target: string }>;

/** The next hop of a 303 chain, or why it must not be followed, as the end of a sentence about the 303. */
export type NextHop = Readonly<{ ok: true; hop: Hop }> | Readonly<{ ok: false; why: string }>;

/**
 * Reads the `Location` of a 303, where Modal will serve the result (docs/modal.md, "Longer than 150 s"). It is opaque and may
 * be relative; it is followed only to the host that was called, and only over https.
 *
 * @param from the call or the hop whose response was the 303.
 */
export function nextHop(location: string | readonly string[] | undefined, from: Hop): NextHop {
  if (location === undefined || location === '') return refused('it has no Location');
  if (typeof location !== 'string') return refused('it has more than one Location');
  const base = `https://${from.host}${from.target}`;
  if (!URL.canParse(location, base)) return refused('its Location is not a valid URL');
  const next = new URL(location, base);
  if (next.host !== from.host) return refused('its Location is on another host');
  if (next.protocol !== 'https:') return refused('its Location is not https');
  if (next.username !== '' || next.password !== '') return refused('its Location contains credentials');
  return { ok: true, hop: { host: from.host, target: next.pathname + next.search } };
}

function refused(why: string): NextHop {
  return { ok: false, why };
}

/** Headers that describe a body, which a hop does not have: it is a GET. */
const bodyHeaders: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
]);

/** The header lines of a call that its hops send, too, as a flat list of names and values. */
export function hopHeaders(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const [name, value] = [lines[index] ?? '', lines[index + 1] ?? ''];
    if (!bodyHeaders.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
