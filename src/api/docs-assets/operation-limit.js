// Swagger UI draws every operation of an open tag: 10,000 would keep the browser busy for a minute. So of each tag it
// gets the first ones, and the filter finds the others.

const shownOfTag = 200;

/** The operation that the address leads to, which is shown wherever it stands. */
const linkedId = () => decodeURIComponent(location.hash.split('/')[2] ?? '');

const limited = (tag) => {
  const operations = tag.get('operations');
  if (operations.size <= shownOfTag) return tag;
  const first = operations.take(shownOfTag);
  const id = linkedId();
  const linked = operations
    .skip(shownOfTag)
    .filter((operation) => id !== '' && operation.getIn(['operation', 'operationId']) === id);
  const note = `${shownOfTag} of ${operations.size}: filter by a part of the path to see others.`;
  return tag.set('operations', first.concat(linked)).setIn(['tagDetails', 'description'], note);
};

export const limitOperations = () => ({
  statePlugins: {
    spec: {
      wrapSelectors: {
        taggedOperations:
          (original) =>
          (state, ...more) =>
            original(state, ...more).map(limited),
      },
    },
  },
});
