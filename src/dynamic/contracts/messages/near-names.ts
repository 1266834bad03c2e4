import { distance } from 'fastest-levenshtein';
import { isJsonObject } from '../../../json-schema/json.ts';

/** The maximum number and length of names that are compared: a body may have a million, or one as long as itself. */
const maxNames = 100;
const maxLength = 64;

/** Returns the member that was probably sent in place of a required one; null if none is similar. */
export function sentInsteadOf(missing: string, schema: unknown, data: unknown): string | null {
  const known = propertiesOf(schema);
  return nearestTo(
    missing,
    firstNames(data, (name) => !Object.hasOwn(known, name)),
  );
}

/** Returns the property that was probably meant by an unknown member; null if none is similar. */
export function meantBy(unknown: string, schema: unknown, data: unknown): string | null {
  const given = isJsonObject(data) ? data : {};
  return nearestTo(
    unknown,
    firstNames(propertiesOf(schema), (name) => !Object.hasOwn(given, name)),
  );
}

function nearestTo(name: string, candidates: readonly string[]): string | null {
  if (name.length > maxLength) return null;
  const wanted = plain(name);
  let nearest: string | null = null;
  // One in four letters may differ.
  let least = Math.floor(wanted.length / 4) + 1;
  for (const candidate of candidates) {
    const difference = distance(wanted, plain(candidate));
    if (difference >= least) continue;
    nearest = candidate;
    least = difference;
  }
  return nearest;
}

/** Removes what naming styles differ in: companyName, company_name, Company-Name. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_.-]/g, '');
}

function firstNames(object: unknown, isWanted: (name: string) => boolean): readonly string[] {
  const names: string[] = [];
  if (!isJsonObject(object)) return names;
  let seen = 0;
  for (const name in object) {
    seen += 1;
    if (seen > maxNames) break;
    if (name.length <= maxLength && Object.hasOwn(object, name) && isWanted(name)) names.push(name);
  }
  return names;
}

function propertiesOf(schema: unknown): object {
  const { properties } = isJsonObject(schema) ? schema : {};
  return isJsonObject(properties) ? properties : {};
}
