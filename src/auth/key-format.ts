import { hash, randomBytes } from 'node:crypto';

/** Lets people and secret scanners recognize a leaked key. */
export const keyPrefix = 'rowgate_';
const secretBytes = 32;
const keyPattern = /^rowgate_[A-Za-z0-9_-]{43}$/;
/** The length of every key: the prefix and 32 bytes in base64url. */
export const keyLength = 51;

/** Creates a key: the prefix and 32 random bytes in base64url. It is shown once; only its hash is stored. */
export function newKey(random: (size: number) => Buffer = randomBytes): string {
  return keyPrefix + random(secretBytes).toString('base64url');
}

/** Whether a text has the format of a key; any other text is never hashed, whatever its length. */
export function isKeyShaped(text: string): boolean {
  return keyPattern.test(text);
}

/** Returns the SHA-256 of a key in hexadecimal. Neither salted nor stretched, since 256 random bits cannot be guessed. */
export function hashOfKey(key: string): string {
  return hash('sha256', key, 'hex');
}
