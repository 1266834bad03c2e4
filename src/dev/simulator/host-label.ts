/** RFC 1035 labels separated by dots, and an optional port; nothing else may select a function or appear in a Location. */
const HOST = /^(?<label>[a-z0-9](?:[a-z0-9-]{0,62}))(?:\.[a-z0-9-]{1,63})*\.?(?::\d{1,5})?$/i;

/**
 * The first DNS label of a Host header, lower case: how Modal finds the function (docs/modal.md, URL). Undefined if the
 * header is missing or not a host name.
 */
export function labelOfHost(host: string | undefined): string | undefined {
  return HOST.exec(host ?? '')?.groups?.['label']?.toLowerCase();
}
