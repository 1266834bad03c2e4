import { z } from '@hono/zod-openapi';
import type { JsonValue } from '../../json-schema/json.ts';
import type { Parsed } from '../verdict.ts';
import { readFlag, readJson, readNumber, readText, readTime, readWord } from './read-value.ts';

/** What calls use from a column: a member of the route definition. */
export type Setting = Readonly<{
  /** The member's name. */
  name: string;
  /** `value` is what the column's `read` returned; null must be valid, since a table may lack the column. */
  parse: (value: JsonValue, path: string) => Parsed<unknown>;
  /** Whether the meaning of null depends on the path. `path` is the one that callers use. */
  dependsOnPath?: boolean;
}>;

/** Values that a column of text should have; any other is a warning. */
export type KnownValues = Readonly<{
  values: readonly string[];
  /** What another value means, at the end of the warning. */
  otherwise?: string;
}>;

/** One column of the registry: all that is known about it. */
export type Column = Readonly<{
  /** In the table that the migrations create; one that existed before may have another type. */
  sqlType: 'text' | 'boolean' | 'integer' | 'json' | 'timestamp with time zone';
  /** For people who read the API's documentation or docs/registry.md, in Markdown. */
  description: string;
  /**
   * Reads whatever a table contains and never throws. Not zod, since a start reads all rows (docs/decisions/0012-boot.md).
   */
  read: (value: unknown) => JsonValue;
  /** The member of the API's workflows. */
  api: z.ZodType;
  /** Whether lists of workflows include it, or only the response about one. */
  isListed: boolean;
  known?: KnownValues;
  setting?: Setting;
}>;

/** Text that differs from row to row. */
export function text(description: string) {
  const api = z.string().nullable().openapi({ description });
  return { sqlType: 'text', description, read: readText, api, isListed: true } as const;
}

/** Text that many rows have in common, which they share in memory. */
export function word(description: string) {
  return { ...text(description), read: readWord };
}

/** True, false or null. */
export function flag(description: string) {
  const api = z.boolean().nullable().openapi({ description });
  return { sqlType: 'boolean', description, read: readFlag, api, isListed: true } as const;
}

/** A number, read as whatever it is, so that its own parser can say what is wrong with it. */
export function number(description: string, type: 'number' | 'integer') {
  const api = z.unknown().openapi({ type: [type, 'null'], description });
  return { sqlType: 'integer', description, read: readNumber, api, isListed: true } as const;
}

/** Any JSON, which may be large: lists of workflows leave it out. */
export function json(description: string) {
  const api = z.unknown().openapi({ description });
  return { sqlType: 'json', description, read: readJson, api, isListed: false } as const;
}

/** A moment, in ISO 8601. */
export function time(description: string) {
  const api = z.string().nullable().openapi({ description });
  return { sqlType: 'timestamp with time zone', description, read: readTime, api, isListed: true } as const;
}
