// All tags are closed at first, so a filter would show tags but no operations. If it matches few operations, their tags
// are opened.
import { operationsOf, settleMs } from './excerpt.js';
import { finderOf, textsOf } from './search.js';

const fewTags = 3;
const fewOperations = 20;
/** If they are in few tags. */
const fewInAll = 100;

/** The tags of the operations that match the filter; none if there are too many to show at once. */
function tagsToOpen(document, phrase) {
  if (phrase === '') return [];
  const isFound = finderOf(phrase);
  const found = operationsOf(document.paths).filter((one) => isFound(textsOf(one)));
  const tags = [...new Set(found.flatMap(({ operation }) => operation.tags))];
  const isLittle = found.length <= fewOperations || (tags.length <= fewTags && found.length <= fewInAll);
  return isLittle ? tags : [];
}

/** A plugin that opens the tags of matching operations, and closes them when the filter changes. */
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
              // Not by the layout action, which would also write the tag into the address.
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
