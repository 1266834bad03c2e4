// The field for an API key. The key is kept for this tab and until it is closed, no longer.

const name = 'rowgate-key';
const form = document.querySelector('#key-form');
const field = document.querySelector('#key');
const fault = document.querySelector('#key-fault');

export const keptKey = () => sessionStorage.getItem(name);
export const keepKey = (key) => sessionStorage.setItem(name, key);
export const forgetKey = () => sessionStorage.removeItem(name);

/** Shows the field, with what was wrong with the last key. */
export function askForKey(why) {
  fault.textContent = why;
  field.toggleAttribute('aria-invalid', why !== '');
  form.hidden = false;
  field.focus();
}

/** Gives each key that the reader enters to `open`. */
export function onKey(open) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const key = field.value.trim();
    // A header cannot carry anything else, and no key holds it.
    if (!/^[\x21-\x7e]+$/.test(key)) return askForKey('This is no API key: one begins with rowgate_.');
    form.hidden = true;
    field.value = '';
    return open(key);
  });
}
