const shownLength = 120;
/** Userinfo of a URL (RFC 3986 section 3.2.1), up to the last `@` before the path. */
const userinfo = /\/\/[^/?#]*@/;
/** What JSON leaves alone and a terminal or a table cell obeys: DEL, C1 controls, line and bidirectional separators. */
const unprintable = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** A row's text in a message: quoted, shortened, and without credentials or what would break a log line. */
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
