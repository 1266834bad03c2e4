import type { RegistryRow } from '../../src/schemas/registry-row.ts';

/** The categories of endpoints, in the order of the mapping document. */
export const categories = [
  'company ingestion',
  'people ingestion',
  'Gemini inference',
  'lookups',
  'upserts',
  'backfills',
  'signals',
  'other',
] as const;
export type Category = (typeof categories)[number];

/** The rule of each category, as the document describes it; `categoryOf` applies them in the same order. */
export const categoryRules = [
  ['signals', '`payload_type` is `signal`, or the workflow segment starts with `signal-`'],
  ['backfills', 'the action is `backfill`'],
  ['upserts', 'the action is `upsert` or `update`'],
  ['lookups', 'the action is `lookup` or `check`, or `workflow_type` is `lookup`'],
  ['Gemini inference', 'the provider is `gemini`, and `workflow_type` is `inference`'],
  [
    'company ingestion',
    'the entity is a company, and `workflow_type` is `ingest` or the action is `process`',
  ],
  ['people ingestion', 'the entity is a person, and `workflow_type` is `ingest` or the action is `process`'],
  ['other', 'everything else'],
] as const satisfies readonly (readonly [Category, string])[];

/** The category of an endpoint, by its row and, if a column is empty, by its path. The first matching rule decides. */
export function categoryOf(row: RegistryRow, path: string): Category {
  const [, , entitySegment = '', providerSegment = '', workflow = ''] = path.split('/');
  const action = path.slice(path.lastIndexOf('/') + 1);
  const type = row.workflow_type ?? typeByAction.get(action);
  if (row.payload_type === 'signal' || workflow.startsWith('signal-')) return 'signals';
  if (action === 'backfill') return 'backfills';
  if (action === 'upsert' || action === 'update') return 'upserts';
  if (action === 'lookup' || action === 'check' || type === 'lookup') return 'lookups';
  if ((row.provider ?? providerSegment) === 'gemini' && type === 'inference') return 'Gemini inference';
  if (type === 'ingest' || action === 'process') {
    const entity = row.entity_type ?? entityBySegment.get(entitySegment);
    if (entity === 'company') return 'company ingestion';
    if (entity === 'person') return 'people ingestion';
  }
  return 'other';
}

const typeByAction: ReadonlyMap<string, string> = new Map([
  ['ingest', 'ingest'],
  ['infer', 'inference'],
  ['get', 'inference'],
]);

const entityBySegment: ReadonlyMap<string, string> = new Map([
  ['companies', 'company'],
  ['people', 'person'],
]);
