// Swagger UI takes more than a minute to read 10,000 operations. So it gets an excerpt of a large document: the
// operations that match the filter, as many as it can draw at once.
import { finderOf, textsOf } from './search.js';

export const shownAtOnce = 200;
export const settleMs = 200;

/** The operation that the address refers to, which is always shown. */
const linkedId = () => decodeURIComponent(location.hash.split('/')[2] ?? '');

export const operationsOf = (paths) =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

/**
 * The document with one tag for each operation, so that the page lists none twice. Workflows keep `run`, which the addresses of the
 * page name; the paths below it are in the order of their entities.
 */
export function withOneTagEach(document) {
  const paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item).map(([method, operation]) => {
          const [first] = operation.tags;
          return [method, { ...operation, tags: [operation.tags.includes('run') ? 'run' : first] }];
        }),
      ),
    ]),
  );
  const used = new Set(operationsOf(paths).flatMap(({ operation }) => operation.tags));
  return { ...document, paths, tags: document.tags.filter(({ name }) => used.has(name)) };
}

/** The components that a part of the document refers to, directly or indirectly, and always the security schemes. */
export function componentsFor(part, { securitySchemes, ...components }) {
  const used = {};
  const visit = (value) => {
    if (typeof value !== 'object' || value === null) return;
    const [, kind, name] = /^#\/components\/(\w+)\/([^/]+)/.exec(value.$ref) ?? [];
    if (kind !== undefined && used[kind]?.[name] === undefined) {
      used[kind] = { ...used[kind], [name]: components[kind]?.[name] };
      visit(components[kind]?.[name]);
    }
    Object.values(value).forEach(visit);
  };
  visit(part);
  return { ...used, ...(securitySchemes && { securitySchemes }) };
}

/** The part of a document that is shown for a filter: all of a small one; of a large one an excerpt, marked as such. */
function excerptOf(document, phrase) {
  const all = operationsOf(document.paths);
  if (all.length <= shownAtOnce) return document;
  const id = linkedId();
  const linked = all.filter(({ operation }) => operation.operationId === id);
  const isFound = finderOf(phrase);
  const fitting = all.filter((one) => isFound(textsOf(one)));
  const first = fitting.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, shownAtOnce);
  const paths = {};
  for (const { path, method, operation } of [...first, ...linked]) {
    paths[path] = { ...paths[path], [method]: operation };
  }
  const tags = new Set(first.concat(linked).flatMap(({ operation }) => operation.tags));
  const note = `**Shown: ${first.length} of ${all.length} operations.** Filter by a word of a path, slug or description to see others.`;
  return {
    ...document,
    info: { ...document.info, description: `${document.info.description}\n\n${note}` },
    tags: document.tags.filter(({ name }) => tags.has(name)),
    paths,
    components: componentsFor(paths, document.components),
  };
}

/**
 * A plugin that passes the document as an object, since Swagger UI reads text as YAML, which takes ten times as long, and
 * shows another excerpt of a large one whenever the filter changes.
 */
export const excerptsOf = (document) => () => {
  let settling;
  return {
    statePlugins: {
      spec: {
        wrapActions: {
          parseToJson:
            (_, { specActions }) =>
            () =>
              specActions.updateJsonSpec(excerptOf(document, '')),
        },
      },
      layout: {
        wrapActions: {
          updateFilter:
            (original, { specActions }) =>
            (phrase) => {
              clearTimeout(settling);
              settling = setTimeout(() => {
                const excerpt = excerptOf(document, typeof phrase === 'string' ? phrase : '');
                if (excerpt !== document) specActions.updateJsonSpec(excerpt);
              }, settleMs);
              return original(phrase);
            },
        },
      },
    },
  };
};
