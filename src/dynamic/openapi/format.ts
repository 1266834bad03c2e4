import { stringify } from 'yaml';
import type { JsonObject, JsonValue } from '../../json-schema/json.ts';

/**
 * How a document is written: as text, piece by piece, so that the text of a row can be kept, and the whole document is never
 * in memory as objects.
 */
export type DocumentFormat = Readonly<{
  contentType: string;
  /** The members of an object, as text at this depth of the document; empty if there are none. */
  members: (object: JsonObject, depth: number) => string;
  /**
   * One member by itself. Not `members` of an object created for it: an object with a unique member name is a shape of its
   * own to the engine, and 30,000 of them took 0.1 s.
   */
  member: (name: string, value: JsonObject, depth: number) => string;
  /** The same for an object that is already JSON text. */
  written: (name: string, json: string, depth: number) => string;
  /** A member that ends with this many nested objects; the innermost is continued with an object member of this name. */
  open: (member: string, objects: number, name: string, depth: number) => string;
  /** More members of the open object, and the end of this many objects. */
  closing: (members: string, objects: number) => string;
  /** An object member whose members are already written, each in pieces. */
  section: (name: string, depth: number, members: Iterable<readonly string[]>) => Iterable<string>;
  /** The text between two members, and around the document and its last member, the components. */
  frame: Readonly<{ between: string; open: string; openComponents: string; close: string }>;
}>;

export const documentFormats = {
  json: {
    contentType: 'application/json',
    members: (object) => JSON.stringify(object).slice(1, -1),
    member: (name, value) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
    written: (name, json) => `${JSON.stringify(name)}:${json}`,
    open: (member, objects, name) => `${member.slice(0, -objects)},${JSON.stringify(name)}:{`,
    closing: (members, objects) => `,${members}${'}'.repeat(objects)}`,
    section: jsonSection,
    frame: { between: ',', open: '{', openComponents: '"components":{', close: '}}' },
  },
  yaml: {
    contentType: 'application/yaml',
    members: yamlMembers,
    member: (name, value, depth) => yamlMembers({ [name]: value }, depth),
    written: (name, json, depth) => yamlMembers({ [name]: plain(json) }, depth),
    open: (member, _objects, name, depth) => `${member}${indentOf(depth)}${name}:\n`,
    closing: (members) => members,
    section: yamlSection,
    frame: { between: '', open: '', openComponents: 'components:\n', close: '' },
  },
} as const satisfies Record<string, DocumentFormat>;

export type FormatName = keyof typeof documentFormats;

function* jsonSection(name: string, _depth: number, members: Iterable<readonly string[]>): Iterable<string> {
  yield `${JSON.stringify(name)}:{`;
  let isFirst = true;
  for (const member of members) {
    if (member[0] === '') continue;
    if (!isFirst) yield ',';
    yield* member;
    isFirst = false;
  }
  yield '}';
}

function* yamlSection(name: string, depth: number, members: Iterable<readonly string[]>): Iterable<string> {
  let isEmpty = true;
  for (const member of members) {
    if (member[0] === '') continue;
    if (isEmpty) yield `${indentOf(depth)}${name}:\n`;
    yield* member;
    isEmpty = false;
  }
  if (isEmpty) yield `${indentOf(depth)}${name}: {}\n`;
}

/** One line for each value, since a piece is indented by its lines; `yes` and `no` in quotes, for readers of YAML 1.1. */
function yamlMembers(object: JsonObject, depth: number): string {
  if (Object.keys(object).length === 0) return '';
  const text = stringify(object, { aliasDuplicateObjects: false, lineWidth: 0, compat: 'yaml-1.1' });
  return text.replaceAll(/(^|\n)(?=[^\n])/g, `$1${indentOf(depth)}`);
}

function plain(json: string): JsonValue {
  const value: JsonValue = JSON.parse(json);
  return value;
}

function indentOf(depth: number): string {
  return '  '.repeat(depth);
}
