// Starts Swagger UI on /docs: asks for a key if one is required, fetches the document with it, and shows it. Served
// without a build step.
import { excerptsOf, withOneTagEach } from './excerpt.js';
import { opensMatchesOf } from './matching-tags.js';
import { resolvesParts } from './resolve-parts.js';
import { searchesOperations } from './search.js';
import { askForKey, forgetKey, keepKey, keptKey, onKey } from './key-form.js';

const dark = matchMedia('(prefers-color-scheme: dark)');
/** Swagger UI has a dark theme, under a class that only its own top bar sets. */
const followTheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
followTheme();
dark.addEventListener('change', followTheme);

const state = document.querySelector('#state');
const keyBar = document.querySelector('#key-bar');
const needsKey = document.body.dataset.keys === 'required';

/** The document as this key may see it, or an error message for the reader. */
async function load(key) {
  try {
    const headers = key === null ? {} : { 'X-API-Key': key };
    const response = await fetch('/openapi.json', { headers });
    const body = await response.json();
    return response.ok ? { description: body } : { status: response.status, fault: body.detail };
  } catch {
    return { status: 0, fault: 'The gateway cannot be reached: try again in a moment.' };
  }
}

/** A link to a tag opens it; scrolling to its heading would move the key and the filter out of view. */
const staysAtTop = {
  statePlugins: {
    layout: {
      wrapActions: {
        scrollTo: (original) => (place) =>
          place[0] === 'operations-tag' ? { type: 'stay' } : original(place),
      },
    },
  },
};

/** The key is also used for "Try it out". */
function show(document, key) {
  const description = withOneTagEach(document);
  const ui = SwaggerUIBundle({
    dom_id: '#docs',
    deepLinking: true,
    docExpansion: 'none',
    operationsSorter: 'alpha',
    validatorUrl: null,
    filter: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: -1,
    spec: { openapi: description.openapi },
    plugins: [
      excerptsOf(description),
      opensMatchesOf(description),
      resolvesParts,
      searchesOperations,
      () => staysAtTop,
    ],
  });
  ui.specActions.updateUrl('/openapi.json');
  if (key !== null) ui.preauthorizeApiKey('apiKey', key);
  window.ui = ui;
}

async function open(key) {
  state.textContent = 'Loading …';
  const { description, status, fault } = await load(key);
  state.textContent = '';
  if (description !== undefined) {
    if (key !== null) keepKey(key);
    keyBar.hidden = key === null;
    show(description, key);
  } else if (needsKey) {
    if (status === 401) forgetKey();
    askForKey(fault);
  } else {
    state.textContent = fault;
  }
}

document.querySelector('#other-key').addEventListener('click', () => {
  forgetKey();
  location.reload();
});

const key = needsKey ? keptKey() : null;
onKey(open);
if (needsKey && key === null) askForKey('');
else await open(key);
