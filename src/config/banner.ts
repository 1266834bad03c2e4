import type { styleText } from 'node:util';
import type { RouteDefinition } from '../schemas/route-definition.ts';

/** What a person at a terminal needs to see after the start. */
export type BannerFacts = Readonly<{
  version: string;
  url: string;
  counts: Readonly<{ rows: number; mounted: number; warned: number; rejected: number }>;
  /** Whether callers need a key. */
  access: 'open' | 'keys';
  isLoopbackOnly: boolean;
  /** Where functions are called: the origin of a simulator or stand-in; null for the URLs in the rows. */
  standIn: Readonly<{ origin: string; isSimulator: boolean }> | null;
  /** The command that opens the embedded database with psql, or null for an external one. */
  psql: string | null;
  example: RouteDefinition | undefined;
}>;

/** The command that creates a key for trying things out. */
export const createKeyCommand = "npm run keys -- create --name me --scopes 'run:**,read'";

type Style = Parameters<typeof styleText>[0];
/** Colours text, or returns it unchanged if the output is not a terminal. */
export type Paint = (style: Style, text: string) => string;

/** The placeholder for a key in the line to paste. */
const keyPlaceholder = 'YOUR_KEY';

/** The text shown after the start: where Rowgate listens, what it serves, and a call to paste. */
export function banner(facts: BannerFacts, paint: Paint): string {
  const { url, counts, standIn, psql } = facts;
  const rejected = `${counts.rejected} rejected`;
  const routes = [
    paint('green', `${counts.mounted} mounted`),
    counts.warned > 0 ? paint('yellow', `${counts.warned} warned`) : '0 warned',
    counts.rejected > 0 ? paint('red', rejected) : rejected,
  ].join(' · ');
  const access = accessText(facts, paint);
  const functions =
    standIn === null
      ? 'called at the URLs in their rows'
      : `${standIn.isSimulator ? 'simulated at' : 'every call is sent to'} ${standIn.origin}`;
  const lines: [string, string][] = [
    ['listening', paint('cyan', url)],
    ['docs', paint('cyan', `${url}/docs#/run`)],
    ['routes', `${routes}  (${counts.rows} rows)`],
    ['access', access],
    ['functions', functions],
  ];
  if (psql !== null) lines.push(['database', psql]);
  const table = lines.map(([label, value]) => `  ${paint('dim', label.padEnd(10))} ${value}`);
  const title = `  ${paint('bold', 'Rowgate')} ${facts.version}: insert a row, get an endpoint`;
  return ['', title, '', ...table, '', ...callLines(facts, paint), ''].join('\n');
}

function accessText({ access, isLoopbackOnly }: BannerFacts, paint: Paint): string {
  if (access === 'keys') return 'API key required: npm run keys -- create';
  return isLoopbackOnly
    ? 'open: no key required (this machine only)'
    : paint('red', 'open to anyone who can reach this address: no key required');
}

function callLines({ url, access, example }: BannerFacts, paint: Paint): string[] {
  if (example === undefined) {
    return ['  No route is mounted yet: insert a row with modal_endpoint_url and api_endpoint_url.'];
  }
  const body = shellQuoted(JSON.stringify(example.exampleRequest ?? {}));
  const sent = example.method === 'GET' ? '' : ` -H 'content-type: application/json' -d ${body}`;
  const key = access === 'keys' ? ` -H 'authorization: Bearer ${keyPlaceholder}'` : '';
  const command = `curl -X ${example.method} ${shellWord(`${url}${example.path}`)}${key}${sent}`;
  const call = ['', `  ${paint('bold', command)}`];
  if (access === 'open') return ['  Try it:', ...call];
  const create = ['', `  ${paint('bold', createKeyCommand)}`, ''];
  return ['  Create a key:', ...create, `  Try it, with that key in place of ${keyPlaceholder}:`, ...call];
}

/** A path may contain `;`, `$(` and the like (RFC 3986 section 3.3), and this line is meant to be pasted into a shell. */
function shellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : shellQuoted(text);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
