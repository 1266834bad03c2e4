import type { RouteDefinition } from '../../schemas/route-definition.ts';

/** The `Deprecation` of a deprecated route, or null: a Date of structured fields, in whole seconds (RFC 9745 section 2.1). */
export function deprecationOf({ deprecatedAt }: RouteDefinition): string | null {
  return deprecatedAt === null ? null : `@${Math.floor(Date.parse(deprecatedAt) / 1000)}`;
}

/** The same as a sentence. The date may be in the future, hence not "since". */
export function deprecationSentence(deprecatedAt: string): string {
  return `Deprecated as of ${deprecatedAt.slice(0, deprecatedAt.indexOf('T'))}: migrate to another workflow. Until it is removed, this one works as before.`;
}
