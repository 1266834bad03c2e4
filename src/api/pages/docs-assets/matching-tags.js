// All tags are closed at first, so that of what the filter finds nothing would be seen but tags. Where it finds little, it is
// opened.
import { operationsOf, settleMs, shownAtOnce } from './excerpt.js';

const fewTags = 3;
const fewOperations = 20;

/** What Swagger UI shows for a filter: by tag its operations, all of a tag that fits itself, else those whose paths fit. */
function matchesOf(document, phrase) {
  const fits = (text) => text.toLowerCase().includes(phrase.toLowerCase());
  const shown = operationsOf(document.paths).flatMap(({ path, operation }) =>
    operation.tags.filter((tag) => fits(tag) || fits(path)).map((tag) => ({ tag, operation })),
  );
  const byTag = Map.groupBy(shown, ({ tag }) => tag);
  return [...byTag].toSorted(([a], [b]) => Number(fits(b)) - Number(fits(a)));
}

/** The tags to open: as many as it takes to see each operation, none where that would be too much at once. */
function tagsToOpen(document, phrase) {
  if (phrase === '') return [];
  const matches = matchesOf(document, phrase);
  const found = new Set(matches.flatMap(([, shown]) => shown.map(({ operation }) => operation)));
  const isLittle = found.size <= fewOperations || (matches.length <= fewTags && found.size <= shownAtOnce);
  if (!isLittle) return [];
  const seen = new Set();
  return matches.flatMap(([tag, shown]) => {
    const isNew = shown.some(({ operation }) => !seen.has(operation));
    for (const { operation } of shown) seen.add(operation);
    return isNew ? [tag] : [];
  });
}

/** A plugin that opens the tags of what the filter finds, and closes them when something else is looked for. */
export const opensMatchesOf = (document) => () => {
  let settling;
  let opened = [];
  return {
    statePlugins: {
      layout: {
        wrapActions: {
          updateFilter:
            (original, { getStore }) =>
            (phrase) => {
              // Not by the action, which would also write the tag into the address.
              const show = (tag, shown) =>
                getStore().dispatch({
                  type: 'layout_show',
                  payload: { thing: ['operations-tag', tag], shown },
                });
              clearTimeout(settling);
              settling = setTimeout(() => {
                const wanted = tagsToOpen(document, typeof phrase === 'string' ? phrase : '');
                for (const tag of opened) if (!wanted.includes(tag)) show(tag, false);
                for (const tag of wanted) if (!opened.includes(tag)) show(tag, true);
                opened = wanted;
              }, settleMs);
              return original(phrase);
            },
        },
      },
    },
  };
};
