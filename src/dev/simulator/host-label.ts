/** RFC 1035 labels with dots between and perhaps a port; nothing else may steer the simulator or enter a Location. */
const HOST = /^(?<label>[a-z0-9](?:[a-z0-9-]{0,62}))(?:\.[a-z0-9-]{1,63})*\.?(?::\d{1,5})?$/i;

/**
 * The first DNS label of a Host header, lower case: how Modal finds the function (docs/modal.md, URL). Undefined when the
 * header is missing or no host name.
 */
export function labelOfHost(host: string | undefined): string | undefined {
  return HOST.exec(host ?? '')?.groups?.['label']?.toLowerCase();
}
