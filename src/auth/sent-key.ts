import { isKeyShaped, keyLength, keyPrefix } from './key-format.ts';

type Header = (name: string) => string | undefined;

const bearer = /^bearer +(\S+)$/i;

/**
 * Returns the key of a request: `Authorization: Bearer` (RFC 6750 section 2.1; the scheme is case-insensitive), else
 * `X-API-Key`. If both are sent, Authorization, the standard header, wins if it has the format of a key, so that a revoked
 * key there is not replaced by another one. An unrelated token, which proxies and clients add on their own, does not hide the
 * key in X-API-Key.
 */
export function sentKey(header: Header): string | null {
  const authorization = header('authorization');
  const token = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
  const key = header('x-api-key');
  if (token === undefined) return key === undefined || key === '' ? null : key;
  return key !== undefined && isKeyShaped(key) && !isKeyShaped(token) ? key : token;
}

const asBearer = 'Send it as "Authorization: Bearer …" or "X-API-Key".';
const containsPrefix = new RegExp(`\\b${keyPrefix}`);

/**
 * Explains to a caller without a usable key what was sent instead, and how to send one; null if there is no trace of a key.
 * What was sent is never repeated: it may be a secret.
 */
export function misplacedKey(header: Header, query: string): string | null {
  return (
    inAuthorization(header('authorization')?.trim()) ??
    inApiKeyHeader(header('x-api-key')?.trim()) ??
    inQuery(query)
  );
}

function inAuthorization(value: string | undefined): string | null {
  if (value === undefined || value === '') return null;
  const token = bearer.exec(value)?.[1];
  if (token !== undefined) return notAKey('The token in the Authorization header', token);
  if (value.startsWith(keyPrefix))
    return 'The Authorization header contains a key without a scheme. Write "Bearer" and a space before the key.';
  if (/^bearer$/i.test(value)) return 'The Authorization header has no key after "Bearer".';
  if (/^bearer\b/i.test(value))
    return 'The Authorization header has more than one word after "Bearer", or no space. Send only the key there.';
  if (containsPrefix.test(value))
    return 'The Authorization header contains a key after a scheme other than Bearer. Write "Bearer" and a space before the key.';
  return `The Authorization header has a scheme other than Bearer, and no key was sent elsewhere. ${asBearer}`;
}

function inApiKeyHeader(value: string | undefined): string | null {
  if (value === undefined || value === '') return null;
  if (/^bearer\b/i.test(value))
    return 'X-API-Key has the word "Bearer" before the key. Send only the key there, or use "Authorization: Bearer …".';
  return notAKey('The value of X-API-Key', value);
}

function notAKey(what: string, value: string): string | null {
  if (isKeyShaped(value)) return null;
  if (/^["'].*["']$/.test(value)) return `${what} is in quotation marks. Send the key without them.`;
  if (!value.startsWith(keyPrefix))
    return `${what} is not a Rowgate key, which begins with ${keyPrefix}. Check that it belongs to this gateway.`;
  if (value.indexOf(keyPrefix, 1) > 0) return `${what} contains more than one key. Send only one.`;
  return value.length === keyLength
    ? `${what} contains characters that are not allowed in a key. Check that it was copied exactly.`
    : `${what} has ${value.length} characters, but a key has ${keyLength}. Check that it was copied completely.`;
}

const keyParameter = /^(?:x-)?(?:api|access|auth)?[_-]?(?:key|token)$/i;

function inQuery(query: string): string | null {
  if (query === '') return null;
  const hasKey = [...new URLSearchParams(query)].some(
    ([name, value]) => keyParameter.test(name) || value.startsWith(keyPrefix),
  );
  return hasKey
    ? `A key in the URL is not accepted, because URLs end up in logs and browser histories. ${asBearer}`
    : null;
}
