import { createHash } from 'node:crypto';
import { quoted } from '../json-schema/quoted.ts';

const maxLabelLength = 63;
const keptLength = 56;
const suffixLength = 6;

/**
 * The host label that Modal gives a web function: `<workspace>[-<environment>]--<app>-<function>` in lower case, with `_`
 * replaced by `-`; if longer than 63 characters, its first 56, `-` and the first 6 hex digits of its SHA-256.
 * Source: Modal guide, "Web endpoint URLs".
 *
 * @param prefix everything before the function's name, such as `demodata--hq-master-data-ingest-`.
 */
export function modalLabel(prefix: string, functionName: string): string {
  const label = nameInLabel(prefix + functionName);
  if (label.length <= maxLabelLength) return label;
  const digest = createHash('sha256').update(label).digest('hex');
  return `${label.slice(0, keptLength)}-${digest.slice(0, suffixLength)}`;
}

/** A function's name as it appears in labels. */
export function nameInLabel(functionName: string): string {
  return functionName.toLowerCase().replaceAll('_', '-');
}

/** The label of a host, or null if the rule does not apply: another domain, or a label set by hand. */
export function labelOf(host: string): string | null {
  const label = host.split('.')[0] ?? '';
  return host.endsWith('.modal.run') && label.includes('--') ? label : null;
}

/**
 * Returns a warning if a host's label cannot belong to the function named in the row, else null. The row does not contain
 * the app, so a complete label only has to end with the function's name; a truncated one is compared by its hash, unless
 * truncation reaches into the app's name. Labels can also be set by hand: this is a reason to warn, never to reject.
 */
export function labelMismatch(host: string, functionName: string): string | null {
  const label = labelOf(host);
  if (label === null) return null;
  const name = nameInLabel(functionName);
  if (label.endsWith(`-${name}`) || isTruncationOf(label, name)) return null;
  return `The URL's label ${label} does not belong to the function ${quoted(functionName)}: the URL may belong to another row.`;
}

/**
 * The possible readings of a truncated label, longest kept part first: the prefix before the function's name and what is
 * left of the name, unless truncation reaches into the prefix. None for a label that is not truncated.
 */
export function* truncatedReadings(label: string): Generator<Readonly<{ prefix: string; kept: string }>> {
  if (label.length !== maxLabelLength || !/^-[0-9a-f]{6}$/.test(label.slice(keptLength))) return;
  const whole = label.slice(0, keptLength);
  for (let hyphen = whole.indexOf('-'); hyphen !== -1; hyphen = whole.indexOf('-', hyphen + 1)) {
    yield { prefix: whole.slice(0, hyphen + 1), kept: whole.slice(hyphen + 1) };
  }
}

function isTruncationOf(label: string, name: string): boolean {
  return truncatedReadings(label).some(
    ({ prefix, kept }) => name.startsWith(kept) && modalLabel(prefix, name) === label,
  );
}
