/**
 * Where a call's result is to be fetched: the host that runs it, and the request target there. It is all that another process
 * needs to go on with the call, and a secret: whoever has it reads the result. It is never logged or shown.
 */
export type Hop = Readonly<{ host: string; target: string }>;

/** The next hop of a 303 chain, or why it must not be followed. */
export type NextHop = Readonly<{ ok: true; hop: Hop }> | Readonly<{ ok: false; why: string }>;

/**
 * Reads the `Location` of a 303 by which Modal says where the result will be (docs/modal.md, "Longer than 150 s"). It is
 * opaque and may be relative; it is followed only to the very host that was called, and only over https.
 *
 * @param from the hop, or the call, whose response was the 303.
 */
export function nextHop(location: string | undefined, from: Hop): NextHop {
  if (location === undefined || location === '') return refused('it does not say where to');
  const base = `https://${from.host}${from.target}`;
  if (!URL.canParse(location, base)) return refused('where it leads is not a URL');
  const next = new URL(location, base);
  if (next.host !== from.host) return refused('it leads to another host');
  if (next.protocol !== 'https:') return refused('it leads out of https');
  if (next.username !== '' || next.password !== '') return refused('it names a user');
  return { ok: true, hop: { host: from.host, target: next.pathname + next.search } };
}

function refused(why: string): NextHop {
  return { ok: false, why };
}

/** Headers that describe a body: a hop is a GET without one. */
const bodyHeaders: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
]);

/** The header lines of a call, as a flat list of names and values, as its hops carry them. */
export function hopHeaders(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const [name, value] = [lines[index] ?? '', lines[index + 1] ?? ''];
    if (!bodyHeaders.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
