import type { JsonObject } from '../../src/json-schema/json.ts';

/**
 * The rows of the soak. Calm ones are only ever called in ways that must succeed, wild ones meet all faults, passing ones
 * are inserted and deleted all the time. Each has its own function.
 */
export const rowKinds = ['calm', 'wild', 'passing'] as const;
export type RowKind = (typeof rowKinds)[number];

/** Rows that exist for the whole soak. */
export const lastingKinds = ['calm', 'wild'] as const satisfies readonly RowKind[];

export const rowsOfKind = { calm: 8, wild: 24, passing: 12 } as const satisfies Record<RowKind, number>;

/** The deadline of every row, in seconds. */
export const timeoutSeconds = 3;

/** The contract of every fourth row: a call needs its id. */
const contract: JsonObject = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } };

export function slugOf(kind: RowKind, n: number): string {
  return `soak-${kind}-${n}`;
}

export function pathOf(kind: RowKind, n: number): string {
  return `/run/soak/${kind}/workflow-${n}/lookup`;
}

export function requestSchemaOf(n: number): JsonObject | null {
  return n % 4 === 3 ? contract : null;
}

/** Calls of every third row may be retried. */
export function soakRow(kind: RowKind, n: number): Readonly<Record<string, unknown>> {
  return {
    workflow_slug: slugOf(kind, n),
    description: 'A row of the soak.',
    modal_endpoint_url: `https://soak--${slugOf(kind, n)}.modal.run`,
    api_endpoint_url: pathOf(kind, n),
    timeout_seconds: timeoutSeconds,
    idempotent: n % 3 === 0,
    request_schema: requestSchemaOf(n),
  };
}
