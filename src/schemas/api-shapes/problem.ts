import { z } from '@hono/zod-openapi';

/** An error document (RFC 9457), as documented in OpenAPI. Rendered by errors.ts. */
export const ProblemDocument = z
  .object({
    type: z
      .string()
      .openapi({ description: 'Where the error is explained.', example: '/errors#route_not_found' }),
    title: z.string().openapi({ example: 'No workflow at this path' }),
    status: z.int().openapi({ example: 404 }),
    detail: z.string().openapi({ description: 'One sentence: what happened to this request.' }),
    instance: z.string().openapi({ description: 'The requested path.' }),
    code: z.string().openapi({ description: 'Stable name of the error.', example: 'route_not_found' }),
    request_id: z.string().openapi({ description: 'The same as in X-Request-Id.' }),
    workflow_slug: z.string().optional(),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().openapi({ description: 'JSON pointer into the body.' }),
          parameter: z.string().optional().openapi({ description: 'Name of the query parameter.' }),
          message: z.string(),
          expected: z.string().optional().openapi({ description: 'What is expected there, in words.' }),
        }),
      )
      .optional(),
    place: z
      .object({ line: z.int(), column: z.int() })
      .optional()
      .openapi({ description: 'Where the body stops being valid JSON, counted from 1.' }),
    nearest: z
      .array(z.string())
      .optional()
      .openapi({ description: 'Registered paths similar to the requested one.' }),
    needs: z.string().optional().openapi({ description: 'The scope that the API key lacks.' }),
    behind: z
      .array(
        z.object({ replica_id: z.string(), host: z.string(), pid: z.int(), version: z.string().nullable() }),
      )
      .optional()
      .openapi({ description: 'Replicas that do not serve the requested version yet.' }),
  })
  .openapi('Problem');
