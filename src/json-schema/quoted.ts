const shownLength = 120;
/** Userinfo of a URL (RFC 3986 section 3.2.1), up to the last `@` before the path. */
const userinfo = /\/\/[^/?#]*@/;
/** Characters that JSON does not escape but terminals and table cells interpret: DEL, C1 controls, line and bidirectional separators. */
const unprintable = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** A row's text for a message: quoted, shortened, without credentials and characters that would break a log line. */
export function quoted(text: string): string {
  const open = withoutUserinfo(text);
  const shown = open.length > shownLength ? `${open.slice(0, shownLength)}…` : open;
  return JSON.stringify(shown).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A text without the user and password of a URL in it. */
export function withoutUserinfo(text: string): string {
  return text.replace(userinfo, '//…@');
}

/** A key, or the SHA-256 of one, anywhere in a text. */
const secret = /rowgate_[A-Za-z0-9_-]{43}|[0-9a-f]{64}/gi;

/** A text without keys and hashes of keys in it. */
export function withoutSecrets(text: string): string {
  return text.replace(secret, '…');
}
