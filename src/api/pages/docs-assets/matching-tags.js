// All tags are closed at first, so that of what the filter finds nothing would be seen but tags. Where it finds little, it is
// opened.
import { operationsOf, settleMs } from './excerpt.js';
import { finderOf, textsOf } from './search.js';

const fewTags = 3;
const fewOperations = 20;
/** In few tags. */
const fewInAll = 100;

/** The tags of what the filter finds; none where that would be too much at once. */
function tagsToOpen(document, phrase) {
  if (phrase === '') return [];
  const isFound = finderOf(phrase);
  const found = operationsOf(document.paths).filter((one) => isFound(textsOf(one)));
  const tags = [...new Set(found.flatMap(({ operation }) => operation.tags))];
  const isLittle = found.length <= fewOperations || (tags.length <= fewTags && found.length <= fewInAll);
  return isLittle ? tags : [];
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
