import type { KeywordFailure } from '../evaluation/keyword-failure.ts';

/** Keywords whose failure, at the value itself, means that the value has a different form altogether. */
const formKeywords: ReadonlySet<string> = new Set(['type', 'enum', 'const', 'anyOf', 'false schema']);

/**
 * Returns what to report about a value that matches none of the alternatives: the failures of the one that accepts its form
 * (the type, and the tag of a tagged union), since it was meant; if none does, the forms that are allowed.
 *
 * @param branches the failures of each alternative, at least one each.
 */
export function failuresOfUnion(
  union: KeywordFailure,
  branches: readonly (readonly KeywordFailure[])[],
): readonly KeywordFailure[] {
  const { instancePath: at } = union;
  const ofForm = branches.filter((failures) => !failures.some((each) => isOfForm(each, at)));
  const meant = ofForm.filter((failures) => !failures.some((each) => isTag(each, at)));
  const nearest = nearestOf(meant);
  if (nearest !== undefined) {
    const allowsNull = branches.flat().some((each) => each.instancePath === at && requiresNull(each));
    return allowsNull
      ? nearest.map((each) => (each.instancePath === at ? { ...each, allowsNull } : each))
      : nearest;
  }
  const tags = ofForm.flatMap((failures) => failures.filter((each) => isTag(each, at)));
  const [tag] = tags;
  if (tag !== undefined && tags.every(({ instancePath }) => instancePath === tag.instancePath)) {
    return [{ ...tag, keyword: 'anyOf', schema: tags.map(({ parentSchema }) => parentSchema) }];
  }
  const forms = branches.flatMap((failures) => failures.filter((each) => isOfForm(each, at)).slice(0, 1));
  return nearestOf(ofForm) ?? [{ ...union, keyword: 'anyOf', schema: forms.flatMap(formsOf) }];
}

function nearestOf(branches: readonly (readonly KeywordFailure[])[]): readonly KeywordFailure[] | undefined {
  return branches.toSorted((left, right) => left.length - right.length)[0];
}

function isOfForm({ keyword, instancePath }: KeywordFailure, at: string): boolean {
  return instancePath === at && formKeywords.has(keyword);
}

/** A member that allows only one value shows which alternative is meant. */
function isTag({ keyword, instancePath, schema }: KeywordFailure, at: string): boolean {
  const isMember = instancePath.startsWith(`${at}/`) && !instancePath.slice(at.length + 1).includes('/');
  return (
    isMember && (keyword === 'const' || (keyword === 'enum' && Array.isArray(schema) && schema.length === 1))
  );
}

/** Returns the schemas behind a failure: those of nested alternatives if there are any. */
function formsOf({ keyword, schema, parentSchema }: KeywordFailure): readonly unknown[] {
  if (keyword === 'false schema') return [];
  return keyword === 'anyOf' && Array.isArray(schema) ? schema : [parentSchema];
}

function requiresNull(failure: KeywordFailure): boolean {
  const { keyword, schema, allowsNull } = failure;
  if (keyword === 'type') return schema === 'null' || (Array.isArray(schema) && schema.includes('null'));
  if (keyword === 'const') return schema === null;
  return allowsNull === true;
}
