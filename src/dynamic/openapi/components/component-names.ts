import { isReserved, normalForm } from './identifiers.ts';
import type { Model } from './models.ts';

export type ComponentNames = Readonly<{
  /** The name of a model of the row with this id. */
  nameOf: (model: Model, id: string) => string;
  /** Reserves a name that begins with the id of a row for that row. */
  reserve: (name: string) => void;
}>;

type Variant = Readonly<{ model: Model; name: string }>;

/**
 * Names the models of all rows. Equal models share one component; of different models with the same name, the first keeps it,
 * and the others get the id of their row as a suffix.
 *
 * @param ids the ids of all rows, from which the names of unnamed schemas are made: no other model gets such a name.
 * @param taken the names of the fixed routes' components.
 */
export function createComponentNames(ids: Iterable<string>, taken: Iterable<string>): ComponentNames {
  const used = new Set(Array.from(taken, normalForm));
  const ofRows = new Set(Array.from(ids, normalForm));
  const variants = new Map<string, Map<string, Variant[]>>();

  const isFree = (name: string, id: string): boolean => {
    const normal = normalForm(name);
    if (used.has(normal) || isReserved(normal)) return false;
    const [, row] = /^(.*)(?:request|response)$/.exec(normal) ?? [];
    return row === undefined || !ofRows.has(row) || row === normalForm(id);
  };
  const newName = ({ name }: Model, id: string): string => {
    if (isFree(name, id)) return name;
    const ofRow = `${name}-${id}`;
    let unique = ofRow;
    for (let count = 2; !isFree(unique, id); count += 1) unique = `${ofRow}-${count}`;
    return unique;
  };
  return {
    reserve: (name) => used.add(normalForm(name)),
    nameOf: (model, id) => {
      const byText = variants.get(model.name) ?? new Map<string, Variant[]>();
      variants.set(model.name, byText);
      const ofText = byText.get(model.text) ?? [];
      byText.set(model.text, ofText);
      const same = ofText.find((variant) => saysTheSame(variant.model, model));
      if (same !== undefined) return same.name;
      const name = newName(model, id);
      used.add(normalForm(name));
      ofText.push({ model, name });
      return name;
    },
  };
}

/** Whether two models have the same text, and the models that they refer to do, too. */
function saysTheSame(a: Model, b: Model, compared = new Map<Model, Model>()): boolean {
  if (a === b || compared.get(a) === b) return true;
  compared.set(a, b);
  return (
    a.text === b.text &&
    a.refersTo.every((model, index) => {
      const other = b.refersTo[index];
      return other !== undefined && saysTheSame(model, other, compared);
    })
  );
}
