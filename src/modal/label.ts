import { createHash } from 'node:crypto';
import { quoted } from '../schemas/quoted.ts';

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

/** Whether a label looks as if it had been cut. */
export function isCut(label: string): boolean {
  return label.length === maxLabelLength && /^-[0-9a-f]{6}$/.test(label.slice(keptLength));
}

/**
 * Whether a label is the cut one of a name after one of the prefixes that the kept part can hold whole.
 *
 * @param name as `nameInLabel` gives it.
 */
export function isCutOf(label: string, name: string): boolean {
  if (!isCut(label)) return false;
  const kept = label.slice(0, keptLength);
  for (let hyphen = kept.indexOf('-'); hyphen !== -1; hyphen = kept.indexOf('-', hyphen + 1)) {
    // What was kept of the name is compared first, since a hash takes a hundred times as long.
    if (name.startsWith(kept.slice(hyphen + 1)) && modalLabel(kept.slice(0, hyphen + 1), name) === label) {
      return true;
    }
  }
  return false;
}
