import { echoRow, type TestRow } from '../../helpers/rows.ts';

const text = { type: 'string' };
const whole = { type: 'integer' };

/** As pydantic publishes models within a model. */
const order = {
  title: 'Order',
  type: 'object',
  required: ['address', 'items'],
  properties: {
    address: { $ref: '#/$defs/Address' },
    items: { type: 'array', items: { $ref: '#/$defs/Item' } },
    billing: { $ref: '#/$defs/Address', description: 'Where the bill goes.', default: { city: 'Bern' } },
    note: { anyOf: [text, { type: 'null' }], default: null },
  },
  $defs: {
    Address: { title: 'Address', type: 'object', required: ['city'], properties: { city: text } },
    Item: {
      title: 'Item',
      type: 'object',
      required: ['sku'],
      properties: { sku: text, parts: { type: 'array', items: { $ref: '#/$defs/Item' } } },
    },
  },
};

const pet = (kind: string, properties: object): object => ({
  type: 'object',
  required: ['kind'],
  properties: { kind: { const: kind, type: 'string' }, ...properties },
});

/** Contracts over which client generators stumble, by slug. */
const contracts: Readonly<Record<string, Readonly<{ path: string; request: unknown; response?: unknown }>>> =
  {
    'create-order': { path: 'orders/create/upsert', request: order, response: order },
    'update-order': { path: 'orders/update/upsert', request: order },
    'Create-Order': { path: 'orders/create-too/upsert', request: order },
    create_order: { path: 'orders/create-also/upsert', request: { title: 'Order', type: 'object' } },
    '3d-lookup': { path: 'three/d/lookup', request: { type: 'object', properties: { size: whole } } },
    '3D-lookup': {
      path: 'three/d-too/lookup',
      request: { $ref: '#/$defs/3D', $defs: { '3D': { type: 'object' } } },
    },
    null: { path: 'words/null/lookup', request: { title: 'Record', type: 'object' } },
    'node-lookup': {
      path: 'trees/node/lookup',
      request: {
        $ref: '#/$defs/Node',
        $defs: {
          Node: {
            title: 'Node',
            type: 'object',
            required: ['value'],
            properties: { value: whole, children: { type: 'array', items: { $ref: '#/$defs/Node' } } },
          },
        },
      },
    },
    'json-value': {
      path: 'trees/json/lookup',
      request: {
        $ref: '#/$defs/Json',
        $defs: { Json: { anyOf: [text, { type: 'array', items: { $ref: '#/$defs/Json' } }] } },
      },
    },
    'list-of-lists': {
      path: 'trees/lists/lookup',
      request: { title: 'Lists', type: 'array', items: { $ref: '#' } },
    },
    'pet-check': {
      path: 'pets/pet/check',
      request: {
        type: 'object',
        required: ['pet'],
        properties: {
          pet: {
            oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog' }],
            discriminator: { propertyName: 'kind', mapping: { cat: '#/$defs/Cat', dog: '#/$defs/Dog' } },
          },
        },
        $defs: {
          Cat: pet('cat', { meows: { type: 'boolean' } }),
          Dog: pet('dog', { barks: { type: 'boolean' } }),
        },
      },
    },
    odd: {
      path: 'odd/odd/lookup',
      request: {
        title: 'Response',
        type: ['object', 'null'],
        required: ['absent', 'a'],
        allOf: [{ required: ['neither'] }, { $ref: '#/$defs/Date', type: 'object', maxProperties: 9 }],
        properties: {
          a: { type: ['array', 'null'] },
          b: { type: 'string', nullable: true, const: 'b' },
          c: true,
          d: false,
          e: { type: 'array', items: true },
          f: { type: 'array', prefixItems: [text, true], items: false },
          g: { enum: [{ a: 1 }, [1, 2], 'x'] },
          h: { $ref: '#/properties/a' },
          ['*/']: { description: '*/ `${1}`', type: 'string', pattern: '^`\\*/$' },
        },
        patternProperties: { '^x-': whole },
        unevaluatedProperties: true,
        if: { required: ['a'] },
        $defs: {
          Date: {
            title: 'Date',
            type: 'object',
            additionalProperties: { $dynamicRef: '#self' },
            $dynamicAnchor: 'self',
          },
        },
      },
    },
    legacy: {
      path: 'odd/legacy/lookup',
      request: {
        definitions: { error: { enum: ["Bachelor's", 'a\\b', 'a\nb', null] } },
        properties: { error: { $ref: '#/definitions/error' } },
      },
    },
  };

export const clientRows: readonly TestRow[] = Object.entries(contracts).map(
  ([slug, { path, request, response }], index) =>
    echoRow({
      workflow_slug: slug,
      modal_function_name: null,
      modal_endpoint_url: `https://demodata--app-client-${index}.modal.run`,
      api_endpoint_url: `/run/gen/${path}`,
      request_schema: request,
      response_schema: response ?? { type: 'object', properties: { ok: { type: 'boolean' } } },
    }),
);
