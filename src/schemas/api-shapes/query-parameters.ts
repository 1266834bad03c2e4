import { z } from '@hono/zod-openapi';

/**
 * The query parameters of a route. Others are refused and told the known ones: with a slip such as `?tags=` the response
 * would be everything.
 */
export function queryParameters<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `is not a known parameter; known are ${known}` : undefined,
  });
}

/** A listing is built and written in one response, so that it has an end: 1,000 workflows are about 1 MB. */
export const maxPageSize = 1_000;

const limitRule = `must be a whole number from 1 to ${maxPageSize}`;

/**
 * The parameters of a listing in pages.
 *
 * @param parts of how many texts its cursor is made.
 */
export function pageParameters(parts: number) {
  return {
    limit: z.coerce
      .number(limitRule)
      .int(limitRule)
      .min(1, limitRule)
      .max(maxPageSize, limitRule)
      .default(maxPageSize)
      .openapi({ type: 'integer', description: 'How many to return at most.' }),
    cursor: z
      .string('must be given once')
      .refine((text) => readCursor(text, parts) !== null, 'must be taken from a next link, as it is')
      .optional()
      .openapi({ description: 'Where to go on, from the `next` of the page before.' }),
  };
}

/** The link to the page after this one, in a response of a listing. */
export const nextPage = z.string().nullable().openapi({
  description:
    'The next page, as the Link header has it (RFC 8288), relative to this server; null on the last page.',
});

/** What a page ended with, for the page after it. Opaque to callers. */
export function writeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The texts of a cursor, or null where it is not one of so many. */
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
