/** What the value of a keyword is: one schema, a list of schemas, schemas by name, or data. */
export type Shape = 'one' | 'list' | 'map' | 'data';

/**
 * What a keyword of JSON Schema does: applicators apply schemas to a value, definitions are schemas to refer to, assertions
 * restrict a value by themselves, annotations describe it.
 */
export type Keyword =
  | Readonly<{
      role: 'applicator';
      shape: Exclude<Shape, 'data'>;
      /**
       * To which part of a value: `''` the value itself, `/` the member or item of that name, `/*` members in general, `/[]`
       * items in general.
       */
      target: '' | '/' | '/*' | '/[]';
      /** Of drafts before 2019-09: not a keyword of 2020-12, but still applied. */
      isLegacy?: true;
    }>
  | Readonly<{ role: 'definitions'; shape: 'map' }>
  | Readonly<{ role: 'assertion'; shape: 'data' }>
  | Readonly<{ role: 'annotation'; shape: 'one' | 'data' }>;

const applicators = {
  allOf: ['list', ''],
  anyOf: ['list', ''],
  oneOf: ['list', ''],
  not: ['one', ''],
  if: ['one', ''],
  // oxlint-disable-next-line unicorn/no-thenable -- the name of the keyword
  then: ['one', ''],
  else: ['one', ''],
  dependentSchemas: ['map', ''],
  properties: ['map', '/'],
  patternProperties: ['map', '/*'],
  additionalProperties: ['one', '/*'],
  propertyNames: ['one', '/*'],
  unevaluatedProperties: ['one', '/*'],
  items: ['one', '/[]'],
  prefixItems: ['list', '/'],
  contains: ['one', '/[]'],
  unevaluatedItems: ['one', '/[]'],
} as const;

const assertions = `type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern
maxItems minItems uniqueItems maxContains minContains maxProperties minProperties required dependentRequired`;

const annotations = `title description default deprecated readOnly writeOnly examples format contentEncoding
contentMediaType`;

/**
 * The keywords of JSON Schema 2020-12 that apply to a value or describe it: core (section 10), unevaluated (section 11) and
 * validation (sections 6 to 9), with the two older ones that its meta-schema still describes. Those that identify schemas or
 * refer to them (`$id`, `$anchor`, `$ref` …) are not among them.
 */
export const keywords: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ...Object.entries(applicators).map(([name, [shape, target]]): [string, Keyword] => [
    name,
    { role: 'applicator', shape, target },
  ]),
  ['dependencies', { role: 'applicator', shape: 'map', target: '', isLegacy: true }],
  ['$defs', { role: 'definitions', shape: 'map' }],
  ['definitions', { role: 'definitions', shape: 'map' }],
  ['contentSchema', { role: 'annotation', shape: 'one' }],
  ...assertions.split(/\s+/).map((name): [string, Keyword] => [name, { role: 'assertion', shape: 'data' }]),
  ...annotations.split(/\s+/).map((name): [string, Keyword] => [name, { role: 'annotation', shape: 'data' }]),
]);
