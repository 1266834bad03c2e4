const identifier = /^[A-Za-z][A-Za-z0-9._-]*$/;

const words = `await break case catch class const continue debugger default delete do else enum export extends false finally for
function if implements import in instanceof interface let new null package private protected public return static super switch
this throw true try typeof undefined var void while with yield any boolean never number object string symbol unknown`;

/**
 * Names that TypeScript and generated clients use themselves: a model with such a name would hide them from all operations.
 */
const types = `AbortSignal Array ArrayBuffer Awaited Blob BodyInit Boolean Client ClientOptions Config Date Error Exclude Extract File
FormData Function Headers HeadersInit Map NonNullable Number Object Omit Options Parameters Partial Pick Promise ReadableStream
Readonly Record Request RequestInit RequestOptions RequestResult Required Response ReturnType Set String Symbol Uint8Array URL
URLSearchParams`;

const reservedWords = new Set(words.split(/\s+/));
const reservedTypes = new Set(types.split(/\s+/).map(normalForm));

/**
 * The form shared by names that a client generator turns into the same identifier: `a-b`, `a_b`, `aB` and `A.B` are all `ab`.
 */
export function normalForm(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/**
 * Whether generators can use a name as an identifier: a letter, then letters, digits, `.`, `_` and `-`; not a reserved word.
 */
export function isIdentifier(name: string): boolean {
  return identifier.test(name) && !reservedWords.has(name);
}

/** Whether a component may not have a name of this normal form. */
export function isReserved(normal: string): boolean {
  return reservedTypes.has(normal) || reservedWords.has(normal);
}

/** A name as an identifier: characters that are not allowed are replaced, and it begins with a letter. */
export function toIdentifier(name: string, prefix: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  return isIdentifier(plain) ? plain : prefix + plain;
}
