import { quoted } from '../../json-schema/quoted.ts';

/** The database keeps no history of its registry. */
export class HistoryMissingError extends Error {
  override readonly name = 'HistoryMissingError';

  constructor(cause: unknown) {
    super(
      'The database has no history of the registry: its migrations are not applied. Apply them with "npm run migrate"; the embedded database gets them from "npm start".',
      { cause },
    );
  }
}

/** Neither the registry nor its history has a slug. */
export class UnknownSlugError extends Error {
  override readonly name = 'UnknownSlugError';

  constructor(slug: string) {
    super(
      `The registry has no row ${quoted(slug)} and never had one. Slugs are compared exactly: see npm run sql -- "select workflow_slug from reference.enrichment_workflow_registry".`,
    );
  }
}

/** A version that the registry never had. */
export class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError';

  constructor(version: string, current: string) {
    super(
      `The registry never had version ${version}: it is at version ${current}, and the first is 1. "npm run registry -- history SLUG" shows the versions at which a row changed.`,
    );
  }
}

/** A slug that several rows have, so that it is unclear which one is meant. */
export class AmbiguousSlugError extends Error {
  override readonly name = 'AmbiguousSlugError';

  constructor(slug: string) {
    super(
      `The registry has several rows with the slug ${quoted(slug)}, and a restore cannot distinguish them. Nothing was changed. Delete all but one of them, or give each its own slug.`,
    );
  }
}

/** A row that the database refused to restore; nothing at all was restored. */
export class RowNotRestoredError extends Error {
  override readonly name = 'RowNotRestoredError';

  constructor(slug: string, version: string, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(
      `The row ${quoted(slug)} cannot be restored to version ${version}: ${said}. Nothing was changed. Restore the other rows one by one (restore SLUG --to ${version}), or fix the cause first.`,
      { cause },
    );
  }
}
