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
  const label = `${prefix}${functionName}`.toLowerCase().replaceAll('_', '-');
  if (label.length <= maxLabelLength) return label;
  const digest = createHash('sha256').update(label).digest('hex');
  return `${label.slice(0, keptLength)}-${digest.slice(0, suffixLength)}`;
}

/**
 * Says what is odd where a host's label cannot belong to the function that the row names, else null. The app is not
 * in the row, so an uncut label is only asked to end in the function's name; of a cut one the hash tells, as long as
 * the cut is not within the app's name. Labels can also be set by hand: this is a reason to warn, never to reject.
 */
export function labelMismatch(host: string, functionName: string): string | null {
  const label = host.split('.')[0] ?? '';
  if (!host.endsWith('.modal.run') || !label.includes('--')) return null;
  const name = functionName.toLowerCase().replaceAll('_', '-');
  if (label.endsWith(`-${name}`)) return null;
  if (isCut(label) && isCutOf(label, name)) return null;
  return `The URL's label ${label} is not that of the function ${quoted(functionName)}: the URL may belong to another row.`;
}

function isCut(label: string): boolean {
  return label.length === maxLabelLength && /^-[0-9a-f]{6}$/.test(label.slice(keptLength));
}

/** Whether the label is that of the name after one of the prefixes that the kept part can hold whole. */
function isCutOf(label: string, name: string): boolean {
  for (let length = 1; length <= keptLength; length += 1) {
    const prefix = label.slice(0, length);
    if (prefix.endsWith('-') && modalLabel(prefix, name) === label) return true;
  }
  return false;
}
