/** The text that shows a new key to a person, the only time it is shown. */
export function newKeyText(key: string, id: string): string {
  return `${key}\n\nThis is the only time the key is shown. Its id is ${id}.\nSend it as "Authorization: Bearer …" or as "X-API-Key: …".`;
}
