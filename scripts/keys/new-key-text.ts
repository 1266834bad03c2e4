/** What a person sees of a new key: this once. */
export function shown(key: string, id: string): string {
  return `${key}\n\nThis is the only time that the key is shown. Its id is ${id}.\nSend it as "Authorization: Bearer …" or as "X-API-Key: …".`;
}
