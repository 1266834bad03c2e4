import { z } from '@hono/zod-openapi';

/**
 * The query parameters of a route. Others are refused with a list of the known ones: if a typo such as `?tags=` were ignored,
 * the response would contain everything.
 */
export function queryParameters<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `is not a known parameter; the known ones are ${known}` : undefined,
  });
}

/** A page is built and written in one go, so its size is limited: 1,000 workflows are about 1 MB. */
export const maxPageSize = 1_000;

const limitRule = `must be a whole number from 1 to ${maxPageSize}`;

/**
 * The parameters of a listing in pages.
 *
 * @param parts the number of texts in its cursor.
 */
export function pageParameters(parts: number) {
  return {
    limit: z.coerce
      .number(limitRule)
      .int(limitRule)
      .min(1, limitRule)
      .max(maxPageSize, limitRule)
      .default(maxPageSize)
      .openapi({ type: 'integer', description: 'The maximum number of items to return.' }),
    cursor: z
      .string('must be given only once')
      .refine((text) => readCursor(text, parts) !== null, 'must be taken unchanged from a next link')
      .optional()
      .openapi({ description: 'Where the page starts, from the `next` of the previous page.' }),
  };
}

/** The link to the page after this one, in a response of a listing. */
export const nextPage = z.string().nullable().openapi({
  description:
    'The link to the next page, as in the Link header (RFC 8288), relative to this server; null on the last page.',
});

/** A cursor that marks the end of a page. Opaque to callers. */
export function writeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The texts of a cursor, or null if it does not consist of this many. */
export function readCursor(cursor: string, parts: number): readonly string[] | null {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(read) && read.length === parts && read.every((part) => typeof part === 'string')
      ? read
      : null;
  } catch {
    return null;
  }
}
