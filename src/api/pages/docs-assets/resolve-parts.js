// Swagger UI resolves a part of the document when it shows it: the security schemes at first, an operation when it is
// opened. Each time it normalizes the whole document, which for 80 workflows takes 3 s. So it gets what the part refers to.
import { componentsFor } from './excerpt.js';

/** The document without what has no bearing on the part at this path; all of it if the path is of another kind. */
function documentFor(document, [root, name, method]) {
  const { paths, components } = document;
  if (root === 'components' && name === 'securitySchemes')
    return { ...document, paths: {}, components: componentsFor({}, components) };
  const operation = paths[name]?.[method];
  if (root !== 'paths' || operation === undefined) return document;
  return {
    ...document,
    paths: { [name]: { [method]: operation } },
    components: componentsFor(operation, components),
  };
}

export const resolvesParts = ({ fn: { resolveSubtree } }) => ({
  fn: {
    resolveSubtree: (document, path, options) => resolveSubtree(documentFor(document, path), path, options),
  },
});
