import { hash, randomBytes } from 'node:crypto';

/** By which people and secret scanners recognise a leaked key. */
export const keyPrefix = 'rowgate_';
const secretBytes = 32;
const keyPattern = /^rowgate_[A-Za-z0-9_-]{43}$/;
/** Of every key: the prefix and 32 bytes in base64url. */
export const keyLength = 51;

/** A new key: the prefix and 32 random bytes in base64url. It is shown once; only its hash is stored. */
export function newKey(random: (size: number) => Buffer = randomBytes): string {
  return keyPrefix + random(secretBytes).toString('base64url');
}

/** Whether a text could be a key at all; any other text is never hashed, however long it is. */
export function isKeyShaped(text: string): boolean {
  return keyPattern.test(text);
}

/** SHA-256 in hexadecimal. Neither salted nor stretched, since 256 random bits cannot be guessed. */
export function hashOfKey(key: string): string {
  return hash('sha256', key, 'hex');
}
