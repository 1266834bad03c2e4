/** What all errors of one code have in common: HTTP status, title, and what to do about it. */
export type ErrorKind = Readonly<{ status: number; title: string; remedy: string }>;

export function kind<const Status extends number>(status: Status, title: string, remedy: string) {
  return { status, title, remedy };
}
