import type { DocumentFilters } from '../../schemas/api-shapes/document-filters.ts';
import type { RegistryRow } from '../../schemas/registry-row.ts';
import { entityOf, tagsOf } from './tags.ts';

/** By filter, the values that at least one operation has. */
export type FilterValues = Readonly<Record<keyof DocumentFilters, ReadonlySet<string>>>;

/** Collects the values of the rows that a reader may see, and of the fixed routes' tags. */
export function createFilterValues(fixedTags: readonly string[]) {
  const values = { tag: new Set(fixedTags), entity: new Set<string>(), workflow_type: new Set<string>() };
  return {
    values,
    add: (path: string, { entity_type: entityType, workflow_type: workflowType }: RegistryRow): void => {
      for (const tag of tagsOf(path)) values.tag.add(tag);
      values.entity.add(entityOf(path));
      if (entityType !== null) values.entity.add(entityType);
      if (workflowType !== null) values.workflow_type.add(workflowType);
    },
  };
}
