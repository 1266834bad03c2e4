import { echoRow, type TestRow } from '../helpers/rows.ts';

const text = { type: 'string' };
const object = { type: 'object' };

/** Request schemas that are valid JSON Schema and that OpenAPI tools trip over, by slug. */
const schemas: Readonly<Record<string, unknown>> = {
  'local-refs': {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: { child: { $ref: '#' }, 'a/b~c %': text, same: { $ref: '#/properties/a~1b~0c%20%25' } },
    additionalProperties: false,
    ...object,
  },
  'anchors-1': {
    ...object,
    $defs: { a: { $anchor: 'item', ...text } },
    properties: { item: { $ref: '#item' } },
  },
  'anchors-2': {
    ...object,
    $defs: { a: { $anchor: 'item', type: 'integer' } },
    properties: { item: { $ref: '#item' } },
  },
  dynamic: {
    ...object,
    $dynamicAnchor: 'node',
    properties: { children: { type: 'array', items: { $dynamicRef: '#node' } } },
  },
  'nested-id': {
    $id: 'https://example.com/outer',
    $defs: { a: text },
    properties: {
      inner: { $id: 'inner', $defs: { a: { type: 'integer' } }, additionalProperties: { $ref: '#/$defs/a' } },
    },
  },
  booleans: {
    properties: { yes: true, no: false },
    not: false,
    if: true,
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: true,
    else: false,
    propertyNames: true,
    contains: true,
    prefixItems: [true, false],
    items: false,
    unevaluatedProperties: true,
    dependentSchemas: { a: true },
    contentSchema: true,
  },
  'odd-names': {
    $defs: { 'Page[Item] é': { type: 'integer' }, 'Page[Item]_è': text },
    definitions: { 'x y': text },
    properties: { item: { $ref: '#/$defs/Page%5BItem%5D%20%C3%A9' }, old: { $ref: '#/definitions/x%20y' } },
  },
  'legacy-null': {
    properties: {
      state: { type: 'string', enum: ['open', null], const: 'open' },
      one: { ...text, const: 1 },
    },
  },
  dangling: {
    title: 'kept',
    properties: { a: { $ref: '#/nowhere' }, b: { $ref: '#noAnchor' }, c: { $ref: '#/%zz' } },
  },
  circular: {
    title: 'kept',
    $ref: '#',
    $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
  },
  'data-refs': {
    ...object,
    default: { $ref: '#/nope' },
    examples: [{ deep: [{ $ref: '#/elsewhere' }] }],
    enum: [{ $ref: '#/elsewhere' }],
    const: { $ref: '#/elsewhere' },
    example: { $ref: '#/elsewhere' },
    'x-vendor': { $ref: '#/nope' },
  },
  'unknown-keywords': {
    nullable: true,
    discriminator: 'kind',
    xml: 1,
    externalDocs: 'none',
    $vocabulary: { 'https://example.com/v': false },
    dependencies: { a: ['b'] },
    $comment: 'mine',
  },
  contradictory: {
    type: 'string',
    properties: { a: { $ref: '#/items' } },
    items: text,
    enum: [1, 2],
    pattern: '(',
  },
  prototypes: JSON.parse('{ "properties": { "__proto__": { "type": "string" }, "constructor": {} } }'),
};

const deep: unknown = JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`);

/** Rows that are all mounted, and each of which would spoil a document that was put together naively. */
export const hostileRows: readonly TestRow[] = [
  ...Object.entries(schemas).map(([slug, schema]) => ({
    workflow_slug: slug,
    request_schema: schema,
    response_schema: schema,
  })),
  ...['a b', 'a/b', 'a_b', 'list-workflows', '<b>"\'&', 'ünï☕', '$ref', '{x}'].map((slug) => ({
    workflow_slug: slug,
  })),
  { workflow_slug: 'data-refs-too', example_request: { $ref: './file.json' } },
  { workflow_slug: 'deep-example', example_request: deep },
  { workflow_slug: 'null-example', example_request: null, request_schema: {} },
  { workflow_slug: 'long-text', description: 'x'.repeat(500) },
  { workflow_slug: 'two-lines', description: 'First line.\n\nSecond line.' },
  {
    workflow_slug: 'markup',
    description: `<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1"> [click](javascript:window.hacked=1) "quoted" 'too' \u202E ☕`,
  },
  {
    workflow_slug: 'reader',
    api_endpoint_url: 'GET /run/hostile/reader',
    request_schema: { type: 'object' },
  },
  { workflow_slug: 'remover', api_endpoint_url: 'DELETE /run/hostile/remover' },
  { workflow_slug: 'odd-path', api_endpoint_url: "/run/--/a.b~c!$&'()*+,;=:@" },
].map((row, index) =>
  echoRow({
    api_endpoint_url: `/run/hostile/rows/of/row-${index}`,
    modal_endpoint_url: `https://demodata--app-echo-${index}.modal.run`,
    modal_function_name: null,
    ...row,
    ...(row.workflow_slug === 'data-refs'
      ? { example_request: { $ref: 'https://evil.example/x.json' } }
      : {}),
  }),
);
