// The filter matches operations whose path, slug, tags, summary and description together contain each word of the phrase.

/** @returns a function that tells whether the texts of an operation match the phrase. */
export function finderOf(phrase) {
  const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
  return (texts) => {
    const text = texts.join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

export const textsOf = ({ path, operation }) => [
  path,
  operation.operationId ?? '',
  operation.summary ?? '',
  operation.description ?? '',
  ...operation.tags,
];

/** The same texts of an operation as Swagger UI stores it. */
const keptTextsOf = (kept) => {
  const operation = kept.get('operation');
  const named = ['operationId', 'summary', 'description'].map((name) => operation.get(name) ?? '');
  return [kept.get('path'), ...named, ...(operation.get('tags') ?? [])];
};

const fieldHint = 'Filter by path, slug, tag or description';

/** A plugin that searches operations (Swagger UI searches tags and paths), and shows a message when none matches. */
export const searchesOperations = ({ React }) => ({
  fn: {
    opsFilter: (taggedOperations, phrase) => {
      const isFound = finderOf(phrase);
      return taggedOperations
        .map((tag) => tag.update('operations', (all) => all.filter((one) => isFound(keptTextsOf(one)))))
        .filter((tag) => tag.get('operations').size > 0);
    },
  },
  wrapComponents: {
    // Swagger UI's own hint, "Filter by tag or path", cannot be set.
    FilterContainer: (Filter) => (props) => {
      const hint = (node) => {
        const field = node?.querySelector('.operation-filter-input');
        for (const name of ['placeholder', 'aria-label']) field?.setAttribute(name, fieldHint);
      };
      return React.createElement('div', { ref: hint }, React.createElement(Filter, props));
    },
    operations: (Operations) => (props) => {
      const { layoutActions, layoutSelectors, specSelectors } = props;
      const phrase = layoutSelectors.currentFilter();
      if (typeof phrase !== 'string' || specSelectors.taggedOperations().size > 0)
        return React.createElement(Operations, props);
      const clear = { type: 'button', className: 'btn', onClick: () => layoutActions.updateFilter('') };
      return React.createElement(
        'p',
        { className: 'no-match', role: 'status' },
        `Nothing matches “${phrase}”. `,
        React.createElement('button', clear, 'Clear the filter'),
      );
    },
  },
});
