import type { ErrorObject } from 'ajv/dist/2020.js';
import { type Fault, faultOf } from './fault-words.ts';

/** More than a person mends at once. */
export const maxFaults = 20;

/**
 * The errors of a validator as faults, each place once, the first ones. Of alternatives (anyOf, oneOf) of which none fits, what is
 * wrong deeper in the data is kept, since that alternative was meant; else the alternatives are told as one fault.
 */
export function faultsOf(errors: readonly ErrorObject[]): readonly Fault[] {
  const kept: ErrorObject[] = [];
  for (const error of errors) {
    if (error.keyword === 'if') continue;
    if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') {
      kept.push(error);
      continue;
    }
    const from = kept.findLastIndex((each) => !isOfBranch(each, error)) + 1;
    const branches = kept.slice(from);
    const deeper = branches.filter(({ instancePath, keyword }) =>
      isDeeper(instancePath, keyword, error.instancePath),
    );
    kept.splice(from, branches.length, ...(deeper.length > 0 ? deeper : [withForms(error, branches)]));
  }
  const byPlace = new Map<string, Fault>();
  for (const fault of kept.map(faultOf)) if (!byPlace.has(fault.pointer)) byPlace.set(fault.pointer, fault);
  return [...byPlace.values()];
}

/** The error with the alternatives themselves in place of references to them. */
function withForms(error: ErrorObject, branches: readonly ErrorObject[]): ErrorObject {
  const forms = branches.filter(
    ({ keyword, instancePath }) =>
      instancePath === error.instancePath && ['type', 'enum', 'const'].includes(keyword),
  );
  return forms.length === 0 ? error : { ...error, schema: forms.map(({ parentSchema }) => parentSchema) };
}

/** Whether an error came of one of the alternatives. Ajv tells theirs right before, and those of the schema they are in earlier. */
function isOfBranch({ instancePath, parentSchema }: ErrorObject, alternatives: ErrorObject): boolean {
  const { instancePath: at } = alternatives;
  if (parentSchema === alternatives.parentSchema) return false;
  return instancePath === at || instancePath.startsWith(`${at}/`);
}

/** A missing member is a fault of what it is missing from. */
function isDeeper(path: string, keyword: string, than: string): boolean {
  return path.length > than.length || keyword === 'required';
}
