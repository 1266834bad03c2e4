import { createHash } from 'node:crypto';
import { quoted } from '../json-schema/quoted.ts';

const maxLabelLength = 63;
const keptLength = 56;
const suffixLength = 6;

/**
 * The host label that Modal gives a web function: `<workspace>[-<environment>]--<app>-<function>`, lower case, `_`
 * written `-`; longer than 63 characters, the first 56, `-` and the first 6 hex digits of SHA-256 of the whole.
 * Source: Modal guide, "Web endpoint URLs".
 *
 * @param prefix all before the function's name, such as `demodata--hq-master-data-ingest-`.
 */
export function modalLabel(prefix: string, functionName: string): string {
  const label = nameInLabel(prefix + functionName);
  if (label.length <= maxLabelLength) return label;
  const digest = createHash('sha256').update(label).digest('hex');
  return `${label.slice(0, keptLength)}-${digest.slice(0, suffixLength)}`;
}

/** A function's name as labels write it. */
export function nameInLabel(functionName: string): string {
  return functionName.toLowerCase().replaceAll('_', '-');
}

/** The label of a host, or null where the rule cannot tell: another domain, or a label set by hand. */
export function labelOf(host: string): string | null {
  const label = host.split('.')[0] ?? '';
  return host.endsWith('.modal.run') && label.includes('--') ? label : null;
}

/**
 * Says what is odd where a host's label cannot belong to the function that the row names, else null. The app is not
 * in the row, so an uncut label is only asked to end in the function's name; of a cut one the hash tells, as long as
 * the cut is not within the app's name. Labels can also be set by hand: this is a reason to warn, never to reject.
 */
export function labelMismatch(host: string, functionName: string): string | null {
  const label = labelOf(host);
  if (label === null) return null;
  const name = nameInLabel(functionName);
  if (label.endsWith(`-${name}`) || isCutOf(label, name)) return null;
  return `The URL's label ${label} is not that of the function ${quoted(functionName)}: the URL may belong to another row.`;
}

/**
 * The ways to read a cut label, the longest kept part first: what stands before the function's name, as long as the cut is
 * not within it, and what was kept of the name. None for a label that was not cut.
 */
export function* cutReadings(label: string): Generator<Readonly<{ prefix: string; kept: string }>> {
  if (label.length !== maxLabelLength || !/^-[0-9a-f]{6}$/.test(label.slice(keptLength))) return;
  const whole = label.slice(0, keptLength);
  for (let hyphen = whole.indexOf('-'); hyphen !== -1; hyphen = whole.indexOf('-', hyphen + 1)) {
    yield { prefix: whole.slice(0, hyphen + 1), kept: whole.slice(hyphen + 1) };
  }
}

function isCutOf(label: string, name: string): boolean {
  return cutReadings(label).some(
    ({ prefix, kept }) => name.startsWith(kept) && modalLabel(prefix, name) === label,
  );
}
