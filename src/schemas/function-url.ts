import { quoted } from '../json-schema/quoted.ts';
import { invisibleCharacter } from './invisible-character.ts';
import { type Parsed, parsed, refused } from './verdict.ts';

/** Where a function is reached: the origin to connect to and the request target without the caller's query. */
export type FunctionUrl = Readonly<{
  href: string;
  origin: string;
  host: string;
  pathname: string;
  search: string;
}>;

const maxUrlLength = 2048;
/** Letters, digits, hyphens and inner dots only: no userinfo, port, trailing dot, percent-encoding or IPv6 literal. */
const authorityPattern = /^https:\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?=[/?]|$)/i;
/** What the URL parser makes of every notation of an IPv4 address: 2130706433, 0x7f.1 and 0177.0.0.1 are 127.0.0.1. */
const ipv4Pattern = /^\d+(?:\.\d+){3}$/;
/** A host whose last label is a number, which the URL Standard takes for an IPv4 address. */
const endsInNumber = /^https:\/\/(?:[^/?]*\.)?(?:\d+|0x[0-9a-f]*)(?=[/?]|$)/i;
const column = 'modal_endpoint_url';

/**
 * Reads a row's `modal_endpoint_url`. Only one spelling is accepted (https, a plain host name, no port, no userinfo, no
 * fragment), so that the host that is compared with the allowed hosts is the one that is connected to.
 *
 * @param allowedHosts host names, or patterns such as `*.modal.run` (any number of labels before the rest).
 */
export function parseFunctionUrl(text: string, allowedHosts: readonly string[]): Parsed<FunctionUrl> {
  const fault = spellingFault(text);
  const url = fault === null ? URL.parse(text) : null;
  if (url === null) {
    const why =
      fault ??
      (endsInNumber.test(text)
        ? 'the host is a number but not a valid IPv4 address'
        : 'it is not a valid URL');
    return refused('function_url_invalid', column, `${quoted(text)} cannot be called: ${why}.`);
  }
  if (ipv4Pattern.test(url.hostname)) {
    // The row is unmounted at once, as with any other host that is not allowed.
    return refused(
      'function_url_not_allowed',
      column,
      `The host is the IP address ${url.hostname}, but a function URL must have a host name: fix the row. To use a stand-in on this network, set UPSTREAM_CONNECT_TO.`,
    );
  }
  if (!isAllowedHost(url.hostname, allowedHosts)) {
    return refused(
      'function_url_not_allowed',
      column,
      `The host ${url.hostname} is not among the allowed ones (${allowedHosts.join(', ')}): fix the row, or add the host to UPSTREAM_ALLOWED_HOSTS.`,
    );
  }
  const { href, origin, host, pathname, search } = url;
  return parsed({ href, origin, host, pathname, search });
}

function spellingFault(text: string): string | null {
  if (text.length > maxUrlLength) return `it is longer than ${maxUrlLength} characters`;
  if (!/^https:\/\//i.test(text)) return 'a function URL starts with https://';
  if (!/^[\x21-\x7e]+$/.test(text)) {
    const found = invisibleCharacter(text);
    return found === null
      ? 'it has spaces, control or non-ASCII characters'
      : `it has the invisible character ${found}`;
  }
  if (text.includes('\\')) return 'it has a backslash';
  if (text.includes('#')) return 'it has a fragment (#), which is never sent';
  if (!authorityPattern.test(text)) {
    return 'the host must be a plain name: no user, password, port, trailing dot or percent-encoding';
  }
  return /%2e|%2f|%5c/i.test(text) ? 'its path has an encoded dot, slash or backslash' : null;
}

/** Whether a host name (lower case) matches one of the patterns. */
export function isAllowedHost(host: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.startsWith('*.')
      ? host.endsWith(pattern.slice(1)) && host.length >= pattern.length
      : host === pattern,
  );
}
