import type { FilterValues } from '../../dynamic/openapi/filter-values.ts';
import { plainNamesFirst } from '../../dynamic/openapi/tags.ts';
import { quoted } from '../../json-schema/quoted.ts';
import { DocumentFilters } from '../../schemas/api-shapes/document-filters.ts';

type Issue = Readonly<{ path: readonly string[]; message: string }>;

/** A registry may have thousands of entities. */
const maxShown = 20;
const filterNames = DocumentFilters.keyof().options;

/**
 * Why no operation matches the filters: the values that no operation has, with the known ones; if all are known, their
 * combination.
 */
export function unmatchedFilters(filters: DocumentFilters, values: FilterValues): readonly Issue[] {
  const given = filterNames.flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [{ name, value }];
  });
  const unknown = given.filter(({ name, value }) => !values[name].has(value));
  const issues = unknown.map(({ name, value }) => ({
    path: [name],
    message: `${quoted(value)} matches no operation; ${known(values[name])}`,
  }));
  if (issues.length > 0) return issues;
  return given.map(({ name, value }) => ({
    path: [name],
    message: `${quoted(value)} matches no operation together with the other parameters`,
  }));
}

function known(values: ReadonlySet<string>): string {
  const all = plainNamesFirst(values);
  if (all.length === 0) return 'no operation has a value for it';
  const more = all.length > maxShown ? `, and ${all.length - maxShown} more` : '';
  return `known values: ${all.slice(0, maxShown).map(quoted).join(', ')}${more}`;
}
