import { Ajv2020 } from 'ajv/dist/2020.js';
import { isJsonObject, type JsonObject, type JsonValue, tooDeep } from './json.ts';
import { quoted } from './quoted.ts';
import { costFault } from './schema-cost.ts';
import { type Parsed, parsed, refused } from './verdict.ts';

const maxSchemaBytes = 256 * 1024;
const maxDepth = 64;
const dialect = 'https://json-schema.org/draft/2020-12/schema';

const ajv = new Ajv2020({ strict: false, validateFormats: false });

/**
 * Reads a contract column (`request_schema` or `response_schema`): a JSON Schema 2020-12 object that is valid
 * against its meta-schema, of a sane size, refers to nothing outside itself, and checks any body in sane time.
 */
export function parseContract(value: unknown, column: string): Parsed<JsonObject | null> {
  if (value === null) return parsed(null);
  if (value === tooDeep) return refused('schema_dangerous', column, `${column} is nested too deep.`);
  if (!isJsonObject(value)) {
    return refused('schema_invalid', column, `${column} must be a JSON object that holds a JSON Schema.`);
  }
  const danger = dangerOf(value);
  if (danger !== null) return refused('schema_dangerous', column, `${column} ${danger}.`);
  const { $schema: declared = dialect } = value;
  // Ajv throws for a dialect that it does not know.
  if (typeof declared !== 'string' || declared.replace(/#$/, '') !== dialect) {
    return refused('schema_invalid', column, `${column} has a $schema that is not ${dialect}.`);
  }
  if (ajv.validateSchema(value) !== true) {
    const [error] = ajv.errors ?? [];
    const where = error?.instancePath === '' ? 'at its root' : `at ${error?.instancePath}`;
    return refused(
      'schema_invalid',
      column,
      `${column} is no JSON Schema 2020-12: ${where}, ${error?.message}.`,
    );
  }
  const fault = costFault(value);
  return fault === null ? parsed(value) : refused(fault.code, column, `${column} ${fault.why}.`);
}

/** Depth and references first: stringifying a schema of unknown depth could overflow the stack. */
function dangerOf(schema: JsonObject): string | null {
  let fault: string | null = null;
  const visit = (node: JsonValue, depth: number): void => {
    if (typeof node === 'bigint') fault = 'holds a number that JSON cannot carry';
    if (fault !== null || typeof node !== 'object' || node === null) return;
    if (depth > maxDepth) {
      fault = `is nested more than ${maxDepth} levels deep`;
      return;
    }
    for (const [key, child] of Object.entries(node)) {
      if ((key === '$ref' || key === '$dynamicRef') && typeof child === 'string' && !child.startsWith('#')) {
        fault = `refers to ${quoted(child)}: only references inside the schema (#/…) are followed`;
      }
      visit(child, depth + 1);
    }
  };
  visit(schema, 0);
  if (fault !== null) return fault;
  return Buffer.byteLength(JSON.stringify(schema)) > maxSchemaBytes
    ? `is larger than ${maxSchemaBytes / 1024} KiB`
    : null;
}
