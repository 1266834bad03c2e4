import { z } from '@hono/zod-openapi';
import { queryParameters } from './query-parameters.ts';

/** Documents are cached by their filters, so these have a maximum length; no tag in use comes near it. */
const maxLength = 200;

/** In words and not as an `example`, which the docs page would fill into the form. */
const exactly = (description: string) =>
  z
    .string('must be given only once')
    .min(1, 'must not be empty')
    .max(maxLength, `must have at most ${maxLength} characters`)
    .optional()
    .openapi({ description });

const filters = {
  tag: exactly('Only operations with this tag, such as run or companies.'),
  entity: exactly(
    'Only workflows of this entity: the first segment of their path after /run, or the entity_type of their row.',
  ),
  workflow_type: exactly('Only workflows of this type, such as inference.'),
};

/** Which operations a reader wants in the OpenAPI document; all that are given must match. */
export const DocumentFilters = queryParameters(filters);
export type DocumentFilters = Readonly<z.output<typeof DocumentFilters>>;
