// The field for an API key. The key is kept in this tab until the tab is closed.

const name = 'rowgate-key';
const form = document.querySelector('#key-form');
const field = document.querySelector('#key');
const fault = document.querySelector('#key-fault');

export const keptKey = () => sessionStorage.getItem(name);
export const keepKey = (key) => sessionStorage.setItem(name, key);
export const forgetKey = () => sessionStorage.removeItem(name);

/** Shows the field, with the reason why the last key was rejected. */
export function askForKey(why) {
  fault.textContent = why;
  field.toggleAttribute('aria-invalid', why !== '');
  form.hidden = false;
  field.focus();
}

/** Passes each key that the reader enters to `open`. */
export function onKey(open) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const key = field.value.trim();
    // A header cannot carry other characters, and no key contains them.
    if (!/^[\x21-\x7e]+$/.test(key))
      return askForKey('This is not an API key: API keys begin with rowgate_.');
    form.hidden = true;
    field.value = '';
    return open(key);
  });
}
