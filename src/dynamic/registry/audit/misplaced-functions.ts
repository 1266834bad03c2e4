import { createFunctionFinder } from '../../../modal/find-function.ts';
import { labelMismatch, labelOf, nameInLabel } from '../../../modal/label.ts';
import type { AuditFinding } from '../../../schemas/api-shapes/audit-api.ts';
import { quoted } from '../../../json-schema/quoted.ts';
import { auditFinding } from './audit-finding.ts';
import type { RegistryEntry } from '../registry-entry.ts';
import { isStep, type Steps } from '../../../live/cooperative-task.ts';

/**
 * The rows whose URL does not belong to the function that they name, with the row whose function it is: a sign of URLs that
 * were shifted by a row. Rows that are not served are included, since they may be exposed next; inactive ones only as the
 * owners of functions.
 */
export function* misplacedFunctions(entries: readonly RegistryEntry[]): Steps<readonly AuditFinding[]> {
  const owners = yield* ownersOf(entries);
  yield;
  const findName = createFunctionFinder(owners);
  const claims: Claim[] = [];
  const misplaced = new Map<RegistryEntry, Claim>();
  for (const [place, entry] of entries.entries()) {
    if (isStep(place)) yield;
    const claim = claimOf(entry);
    if (claim === null) continue;
    claims.push(claim);
    if (claim.mismatch !== null) misplaced.set(entry, claim);
  }
  yield;

  const findings: AuditFinding[] = [];
  for (const [place, claim] of claims.entries()) {
    if (isStep(place) || claim.mismatch !== null) yield;
    const { entry, label, name, mismatch } = claim;
    // A truncated label that fits contains this very function's hash.
    if (mismatch === null && !label.endsWith(`-${name}`)) continue;
    const found = findName(label) ?? name;
    const others = found === name ? [] : (owners.get(found) ?? []).toSorted(bySlug);
    const swapped = others.find((other) => findName(misplaced.get(other)?.label ?? '') === name);
    // If the name fits, only a row that in turn has this row's URL proves that the longer name is meant.
    const owner = swapped ?? (mismatch === null ? undefined : others[0]);
    const message = owner === undefined ? mismatch : ownedBy(owner, claim);
    if (message !== null) findings.push(auditFinding(entry.row, 'function_url_mismatch', message));
  }
  return findings;
}

/** The rows of each function, by its name as it is written in labels. */
function* ownersOf(entries: readonly RegistryEntry[]): Steps<ReadonlyMap<string, readonly RegistryEntry[]>> {
  const owners = new Map<string, RegistryEntry[]>();
  for (const [place, entry] of entries.entries()) {
    if (isStep(place)) yield;
    const { modal_function_name } = entry.row;
    if (modal_function_name === null) continue;
    const name = nameInLabel(modal_function_name);
    const others = owners.get(name);
    if (others === undefined) owners.set(name, [entry]);
    else others.push(entry);
  }
  return owners;
}

/** A row that claims a label for its function. */
type Claim = Readonly<{
  entry: RegistryEntry;
  label: string;
  /** The function's name as it is written in labels. */
  name: string;
  /** Why the claim is wrong; null if the name fits, although a longer one may fit as well. */
  mismatch: string | null;
}>;

function claimOf(entry: RegistryEntry): Claim | null {
  const { modal_endpoint_url, modal_function_name } = entry.row;
  if (entry.status === 'inactive' || modal_endpoint_url === null || modal_function_name === null) return null;
  const host = URL.parse(modal_endpoint_url)?.host ?? '';
  const label = labelOf(host);
  if (label === null) return null;
  const mismatch = labelMismatch(host, modal_function_name);
  return { entry, label, name: nameInLabel(modal_function_name), mismatch };
}

function ownedBy(owner: RegistryEntry, { entry, label }: Claim): string {
  const theirs = quoted(owner.row.modal_function_name ?? '');
  const own = quoted(entry.row.modal_function_name ?? '');
  return `The URL's label ${label} belongs to the function ${theirs} of the row ${quoted(owner.slug)}, not to this row's ${own}: calls would reach the wrong function.`;
}

function bySlug(a: RegistryEntry, b: RegistryEntry): number {
  return a.slug < b.slug ? -1 : Number(a.slug > b.slug);
}
