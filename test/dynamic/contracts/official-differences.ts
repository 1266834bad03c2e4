/** Groups of the official suite whose schema is refused as a contract, all for one reason. */
export type Refusal = Readonly<{
  why: string;
  reason: string;
  groups: Readonly<Record<string, readonly string[]>>;
}>;

/** Cases of the official suite with another verdict than it expects: all pass, and the function decides. */
export type Pass = Readonly<{ why: string; cases: Readonly<Record<string, readonly string[]>> }>;

const onlyInside = 'only references inside the schema (#/…) are followed';

/** Every refusal, with a part of its message. */
export const refusals: readonly Refusal[] = [
  {
    why: 'Another document is referred to: nothing is fetched, not even the meta-schema.',
    reason: onlyInside,
    groups: {
      'anchor.json': ['invalid anchors'],
      'defs.json': ['validate definition against metaschema'],
      'dynamicRef.json': [
        'strict-tree schema, guards against misspelled properties',
        'tests for implementation dynamic anchor and reference link',
        '$ref and $dynamicAnchor are independent of order - $defs first',
        '$ref and $dynamicAnchor are independent of order - $ref first',
      ],
      'id.json': [
        'Invalid use of fragments in location-independent $id',
        'Valid use of empty fragments in location-independent $id',
        'Unnormalized $ids are allowed but discouraged',
      ],
      'ref.json': ['remote ref, containing refs itself', 'URN base URI with f-component'],
      'refRemote.json': [
        'remote ref',
        'fragment within remote ref',
        'anchor within remote ref',
        'ref within remote ref',
        'base URI change',
        'base URI change - change folder',
        'base URI change - change folder in subschema',
        'root ref in remote ref',
        'remote ref with ref to defs',
        'Location-independent identifier in remote ref',
        'retrieved nested refs resolve relative to their URI not $id',
        'remote HTTP ref with different $id',
        'remote HTTP ref with different URN $id',
        'remote HTTP ref with nested absolute ref',
      ],
      'optional/cross-draft.json': ['refs to historic drafts are processed as historic drafts'],
      'optional/ecmascript-regex.json': ['\\a is not an ECMA 262 control escape'],
    },
  },
  {
    why: 'A part of the schema itself is referred to by its $id; only #… is followed, which needs no resolving of URIs.',
    reason: onlyInside,
    groups: {
      'anchor.json': [
        'Location-independent identifier with absolute URI',
        'Location-independent identifier with base URI change in subschema',
        'same $anchor with different base uri',
      ],
      'dynamicRef.json': [
        'A $dynamicRef resolves to the first $dynamicAnchor still in scope that is encountered when the schema is evaluated',
        'A $dynamicRef without anchor in fragment behaves identical to $ref',
        "A $dynamicRef with intermediate scopes that don't include a matching $dynamicAnchor does not affect dynamic scope resolution",
        'An $anchor with the same name as a $dynamicAnchor is not used for dynamic scope resolution',
        'A $dynamicRef without a matching $dynamicAnchor in the same schema resource behaves like a normal $ref to $anchor',
        'A $dynamicRef with a non-matching $dynamicAnchor in the same schema resource behaves like a normal $ref to $anchor',
        'A $dynamicRef that initially resolves to a schema with a matching $dynamicAnchor resolves to the first $dynamicAnchor in the dynamic scope',
        'A $dynamicRef that initially resolves to a schema without a matching $dynamicAnchor behaves like a normal $ref to $anchor',
        'multiple dynamic paths to the $dynamicRef keyword',
        'after leaving a dynamic scope, it is not used by a $dynamicRef',
      ],
      'id.json': ['$id inside an enum is not a real identifier'],
      'ref.json': [
        'Recursive references between schemas',
        'refs with relative uris and defs',
        'relative refs with absolute uris and defs',
        '$id must be resolved against nearest parent, not just immediate parent',
        'order of evaluation: $id and $ref',
        'simple URN base URI with $ref via the URN',
        'URN base URI with URN and JSON pointer ref',
        'URN base URI with URN and anchor ref',
        'URN ref with nested pointer ref',
        'ref to if',
        'ref to then',
        'ref to else',
        'ref with absolute-path-reference',
      ],
      'unknownKeyword.json': ['$id inside an unknown keyword is not a real identifier'],
    },
  },
  {
    why: 'A contract column contains an object: a contract that refuses or accepts everything has no use.',
    reason: 'must be a JSON object that is a JSON Schema',
    groups: { 'boolean_schema.json': ["boolean schema 'true'", "boolean schema 'false'"] },
  },
  {
    why: 'Another dialect is declared, with keywords of its own.',
    reason: 'has a $schema that is not https://json-schema.org/draft/2020-12/schema',
    groups: {
      'vocabulary.json': [
        'schema that uses custom metaschema with with no validation vocabulary',
        'ignore unrecognized optional vocabulary',
      ],
      'optional/format-assertion.json': [
        'schema that uses custom metaschema with format-assertion: false',
        'schema that uses custom metaschema with format-assertion: true',
      ],
    },
  },
];

/** Every case that passes although the suite calls it invalid; none is refused that it calls valid. */
export const passes: readonly Pass[] = [
  {
    why: 'Beside contains, Ajv regards every item as evaluated, not only those that contains has matched.',
    cases: {
      'unevaluatedItems.json': [
        'unevaluatedItems depends on adjacent contains: contains passes, second item is not evaluated',
        'unevaluatedItems depends on multiple nested contains: 7 not evaluated, fails unevaluatedItems',
        "unevaluatedItems and contains interact to control item dependency relationship: only b's are invalid",
        "unevaluatedItems and contains interact to control item dependency relationship: only c's are invalid",
        "unevaluatedItems and contains interact to control item dependency relationship: only b's and c's are invalid",
        "unevaluatedItems and contains interact to control item dependency relationship: only a's and c's are invalid",
      ],
    },
  },
  {
    why: 'Ajv regards what if names as evaluated even where the data does not match if.',
    cases: {
      'unevaluatedProperties.json': [
        'unevaluatedProperties with if/then/else, then not defined: when if is false and has unevaluated properties',
      ],
    },
  },
  {
    why: 'Ajv ignores members called __proto__.',
    cases: {
      'properties.json': ['properties whose names are Javascript object property names: __proto__ not valid'],
    },
  },
  {
    why: 'oneOf is read as anyOf, as pydantic picks one variant by its tag or by a function.',
    cases: {
      'oneOf.json': [
        'oneOf: both oneOf valid',
        'oneOf with base schema: both oneOf valid',
        'oneOf with boolean schemas, all true: any value is invalid',
        'oneOf with boolean schemas, more than one true: any value is invalid',
        'oneOf complex types: both oneOf valid (complex)',
        'oneOf with empty schema: both valid - invalid',
        'oneOf with required: both valid - invalid',
        'oneOf with missing optional property: both oneOf valid',
      ],
      'unevaluatedProperties.json': [
        'unevaluatedProperties + ref inside allOf / oneOf: x and y are invalid',
        'unevaluatedProperties + ref inside allOf / oneOf: a and b and x and y are invalid',
        'dynamic evalation inside nested refs: a + b is invalid',
        'dynamic evalation inside nested refs: a + c is invalid',
        'dynamic evalation inside nested refs: a + d is invalid',
        'dynamic evalation inside nested refs: b + c is invalid',
        'dynamic evalation inside nested refs: b + d is invalid',
        'dynamic evalation inside nested refs: c + d is invalid',
        'dynamic evalation inside nested refs: xx + a is invalid',
        'dynamic evalation inside nested refs: xx + b is invalid',
        'dynamic evalation inside nested refs: xx + c is invalid',
        'dynamic evalation inside nested refs: xx + d is invalid',
        'dynamic evalation inside nested refs: all + a is invalid',
      ],
    },
  },
  {
    why: 'uniqueItems is not applied: pydantic publishes it for sets, which take repetitions.',
    cases: {
      'uniqueItems.json': [
        'uniqueItems validation: non-unique array of integers is invalid',
        'uniqueItems validation: non-unique array of more than two integers is invalid',
        'uniqueItems validation: numbers are unique if mathematically unequal',
        'uniqueItems validation: non-unique array of strings is invalid',
        'uniqueItems validation: non-unique array of objects is invalid',
        'uniqueItems validation: non-unique array of nested objects is invalid',
        'uniqueItems validation: non-unique array of arrays is invalid',
        'uniqueItems validation: non-unique array of more than two arrays is invalid',
        'uniqueItems validation: non-unique heterogeneous types are invalid',
        'uniqueItems validation: objects are non-unique despite key order',
        'uniqueItems with an array of items: [false, false] from items array is not valid',
        'uniqueItems with an array of items: [true, true] from items array is not valid',
        'uniqueItems with an array of items: non-unique array extended from [false, true] is not valid',
        'uniqueItems with an array of items: non-unique array extended from [true, false] is not valid',
        'uniqueItems with an array of items and additionalItems=false: [false, false] from items array is not valid',
        'uniqueItems with an array of items and additionalItems=false: [true, true] from items array is not valid',
      ],
    },
  },
  {
    why: 'Unicode letters and digits count as such, as in Rust and Python; where dialects differ, the larger class decides.',
    cases: {
      'optional/ecmascript-regex.json': [
        'ECMA 262 \\d matches ascii digits only: NKO DIGIT ZERO does not match (unlike e.g. Python)',
        'ECMA 262 \\d matches ascii digits only: NKO DIGIT ZERO (as \\u escape) does not match',
        'ECMA 262 \\w matches ascii letters only: latin-1 e-acute does not match (unlike e.g. Python)',
        'ECMA 262 \\S matches everything but whitespace: zero-width whitespace does not match',
        '\\w in patterns matches [A-Za-z0-9_], not unicode letters: literal unicode character in json string',
        '\\w in patterns matches [A-Za-z0-9_], not unicode letters: unicode character in hex format in string',
        '\\d in pattern matches [0-9], not unicode digits: non-ascii digits (BENGALI DIGIT FOUR, BENGALI DIGIT TWO)',
        '\\w in patternProperties matches [A-Za-z0-9_], not unicode letters: literal unicode character in json string',
        '\\w in patternProperties matches [A-Za-z0-9_], not unicode letters: unicode character in hex format in string',
        '\\d in patternProperties matches [0-9], not unicode digits: non-ascii digits (BENGALI DIGIT FOUR, BENGALI DIGIT TWO)',
      ],
    },
  },
  {
    why: 'A NamedTuple, published as prefixItems, is also read from an object.',
    cases: {
      'items.json': ['items and subitems: wrong item'],
    },
  },
];
