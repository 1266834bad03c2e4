import { parseContract } from './contract.ts';
import { parseExample } from './example-request.ts';
import { parseMaxConcurrency } from './max-concurrency.ts';
import { parseTimeout } from './timeout.ts';
import { parsed } from '../verdict.ts';
import { type Column, flag, json, number, text, time, word } from './column-kinds.ts';

export const contractModes = ['enforce', 'report', 'off'] as const;
const workflowTypes = ['ingest', 'inference', 'lookup', 'utility'] as const;

/**
 * The columns of the registry, each declared once: the row, the route definition, the API, OpenAPI and docs/registry.md
 * derive from it. A new column needs its migration, its entry here, and the code that uses it; then
 * `node scripts/write-column-docs.ts` updates the documentation.
 */
export const registryColumns = {
  workflow_slug: text('The unique name of the workflow.'),
  provider: word('The provider whose model or data the function uses, such as `gemini`.'),
  platform: word('Where the function runs, such as `modal`.'),
  payload_type: word('What the function returns, such as `firmographics`.'),
  entity_type: word('What the workflow is about, such as `company`.'),
  description: text('What the workflow does; shown in `/docs`.'),
  workflow_type: {
    ...word('`ingest`, `inference`, `lookup` or `utility`.'),
    known: { values: workflowTypes },
  },
  raw_table: text('The table that the function writes raw results to.'),
  extracted_table: text('The table that the function writes extracted results to.'),
  core_table: text('The core table that the results end up in.'),
  usage_category: word('Who uses the workflow, such as `client` or `internal_hq`.'),
  coalesces_to_core: flag('Whether the results reach a core table. Null counts as false.'),
  is_active: flag('False: listed but not served. Null counts as true.'),
  modal_function_name: text('The name of the Modal function, used to detect a wrong URL.'),
  modal_endpoint_url: text("The function's web endpoint, `https://…`, used exactly as written."),
  api_endpoint_url: text(
    'Where callers reach the workflow: `/run/{entity}/{provider}/{workflow}/{action}`. Null: listed but not served.',
  ),
  timeout_seconds: {
    ...number(
      'The deadline of a call in seconds. Null: the convention for the action at the end of the path.',
      'number',
    ),
    setting: { name: 'timeoutSeconds', parse: parseTimeout, dependsOnPath: true },
  },
  request_schema: {
    ...json('JSON Schema 2020-12 of the request body.'),
    setting: { name: 'requestSchema', parse: (value) => parseContract(value, 'request_schema') },
  },
  response_schema: {
    ...json('JSON Schema 2020-12 of the response body.'),
    setting: { name: 'responseSchema', parse: (value) => parseContract(value, 'response_schema') },
  },
  contract_mode: {
    ...word('`enforce`, `report` or `off`: what the contract does. Null: enforce.'),
    known: { values: contractModes, otherwise: 'its contracts are enforced' },
    setting: {
      name: 'contractMode',
      parse: (value) => parsed(contractModes.find((mode) => mode === value) ?? null),
    },
  },
  apply_defaults: {
    ...flag(
      'True: the function receives the defaults of the `request_schema` for members that the caller left out; never for PATCH. Null counts as false.',
    ),
    setting: { name: 'applyDefaults', parse: (value) => parsed(value === true) },
  },
  example_request: {
    ...json('An example of the request body; shown in `/docs`.'),
    setting: { name: 'exampleRequest', parse: parseExample },
  },
  idempotent: {
    ...flag('True: the same call may be made twice without harm, so it may be retried.'),
    setting: { name: 'idempotent', parse: (value) => parsed(value === true) },
  },
  max_concurrency: {
    ...number('How many calls each process has in flight at once. Null: no limit.', 'integer'),
    setting: { name: 'maxConcurrency', parse: parseMaxConcurrency },
  },
  is_critical: flag('Whether the workflow is critical to its owner. Informational only.'),
  deprecated_at: {
    ...time(
      'When the workflow became, or becomes, deprecated. It is served as before. Null: not deprecated.',
    ),
    setting: { name: 'deprecatedAt', parse: (value) => parsed(typeof value === 'string' ? value : null) },
  },
  created_at: time('When the row was inserted. Set by a trigger and never changed.'),
  updated_at: time('When the row was last changed. Set by a trigger.'),
} as const satisfies Readonly<Record<string, Column>>;

export type RegistryColumns = typeof registryColumns;
export type RegistryColumn = keyof RegistryColumns;

/** The names of the columns, in the order of their declaration. */
export const columnNames: readonly RegistryColumn[] = Object.keys(registryColumns).filter(isColumn);

function isColumn(name: string): name is RegistryColumn {
  return Object.hasOwn(registryColumns, name);
}
