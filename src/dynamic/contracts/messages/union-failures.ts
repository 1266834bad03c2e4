import type { Failure } from '../evaluation/keyword-failure.ts';

/** What says that a value is of another form altogether, where it is said of the value itself. */
const formKeywords: ReadonlySet<string> = new Set([
  'type',
  'enum',
  'const',
  'anyOf',
  'oneOf',
  'false schema',
]);

/**
 * What to tell of a value that none of the alternatives takes. Where one takes its form (the type, and the tag of a tagged union),
 * what that one misses: it was meant. Else the forms that there are.
 *
 * @param branches the failures by each alternative, none of them without.
 */
export function failuresOfUnion(
  union: Failure,
  branches: readonly (readonly Failure[])[],
): readonly Failure[] {
  const { instancePath: at } = union;
  const ofForm = branches.filter((failures) => !failures.some((each) => isOfForm(each, at)));
  const meant = ofForm.filter((failures) => !failures.some((each) => isTag(each, at)));
  const nearest = nearestOf(meant);
  if (nearest !== undefined) {
    const isNullTaken = branches.flat().some((each) => each.instancePath === at && wantsNull(each));
    return isNullTaken
      ? nearest.map((each) => (each.instancePath === at ? { ...each, isNullTaken } : each))
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

function nearestOf(branches: readonly (readonly Failure[])[]): readonly Failure[] | undefined {
  return branches.toSorted((left, right) => left.length - right.length)[0];
}

function isOfForm({ keyword, instancePath, params }: Failure, at: string): boolean {
  return instancePath === at && formKeywords.has(keyword) && params['passingSchemas'] === undefined;
}

/** A member that may have one value only tells which alternative is meant. */
function isTag({ keyword, instancePath, schema }: Failure, at: string): boolean {
  const isMember = instancePath.startsWith(`${at}/`) && !instancePath.slice(at.length + 1).includes('/');
  return (
    isMember && (keyword === 'const' || (keyword === 'enum' && Array.isArray(schema) && schema.length === 1))
  );
}

/** The schemas that a failure is of: where alternatives hold alternatives, those within. */
function formsOf({ keyword, schema, parentSchema }: Failure): readonly unknown[] {
  if (keyword === 'false schema') return [];
  return keyword === 'anyOf' && Array.isArray(schema) ? schema : [parentSchema];
}

function wantsNull(failure: Failure): boolean {
  const { keyword, schema, isNullTaken } = failure;
  if (keyword === 'type') return schema === 'null' || (Array.isArray(schema) && schema.includes('null'));
  if (keyword === 'const') return schema === null;
  return isNullTaken === true;
}
