import { Ajv2020 } from 'ajv/dist/2020.js';
import { isJsonObject, type JsonObject, type JsonValue, tooDeep } from '../../json-schema/json.ts';
import { quoted } from '../../json-schema/quoted.ts';
import { schemasIn } from '../../json-schema/placed-schemas.ts';
import { costFault } from '../../json-schema/schema-cost.ts';
import { unreadablePatterns } from '../../json-schema/unreadable-patterns.ts';
import { type Parsed, parsed, refused, type Warning } from '../verdict.ts';

const maxSchemaBytes = 256 * 1024;
const maxDepth = 64;
const dialect = 'https://json-schema.org/draft/2020-12/schema';

const ajv = new Ajv2020({ strict: false, validateFormats: false });

/**
 * Reads a contract column (`request_schema` or `response_schema`): a JSON Schema 2020-12 object that is valid against its
 * meta-schema, of reasonable size, refers to nothing outside itself, and can validate any body in reasonable time.
 */
export function parseContract(value: unknown, column: string): Parsed<JsonObject | null> {
  if (value === null) return parsed(null);
  if (value === tooDeep) return refused('schema_dangerous', column, `${column} is nested too deep.`);
  if (typeof value === 'string') {
    const why = `${column} is text but not a JSON object: ${quoted(value)}.`;
    return refused('schema_invalid', column, why);
  }
  if (!isJsonObject(value)) {
    return refused('schema_invalid', column, `${column} must be a JSON object that is a JSON Schema.`);
  }
  const danger = dangerOf(value);
  if (danger !== null) return refused('schema_dangerous', column, `${column} ${danger}.`);
  const { $schema: declared = dialect } = value;
  // Ajv throws for a dialect that it does not know.
  if (typeof declared !== 'string' || declared.replace(/#$/, '') !== dialect) {
    return refused('schema_invalid', column, `${column} has a $schema that is not ${dialect}.`);
  }
  const fault = formFault(value);
  if (fault !== null) return refused('schema_invalid', column, `${column} ${fault}.`);
  const all = schemasIn(value);
  for (const { schema, isOnlyReferred } of all) {
    const partFault = isOnlyReferred ? formFault(schema) : null;
    if (partFault !== null) {
      return refused('schema_invalid', column, `${column} refers to a part of itself that ${partFault}.`);
    }
  }
  const cost = costFault(value, all);
  if (cost !== null) return refused(cost.code, column, `${column} ${cost.why}.`);
  const warnings = unreadablePatterns(all).map(({ pattern, why }): Warning => {
    const message = `${column} has the pattern ${quoted(pattern)}, which ${why}, so it is not applied.`;
    return { code: 'pattern_not_applied', column, message };
  });
  return parsed(value, warnings);
}

/** How a schema violates the meta-schema; null if it is valid. */
function formFault(schema: JsonObject): string | null {
  if (ajv.validate(dialect, schema)) return null;
  const [error] = ajv.errors ?? [];
  const where = error?.instancePath === '' ? 'at its root' : `at ${error?.instancePath}`;
  return `is not a valid JSON Schema (2020-12): ${where}, ${error?.message}`;
}

/** Depth first: stringifying a schema of unknown depth could overflow the stack. */
function dangerOf(schema: JsonObject): string | null {
  let fault: string | null = null;
  const visit = (node: JsonValue, depth: number): void => {
    if (typeof node === 'bigint' || (typeof node === 'number' && !Number.isFinite(node)))
      fault = 'contains a number that is too large for JSON';
    if (fault !== null || typeof node !== 'object' || node === null) return;
    if (depth > maxDepth) {
      fault = `is nested more than ${maxDepth} levels deep`;
      return;
    }
    for (const child of Object.values(node)) visit(child, depth + 1);
  };
  visit(schema, 0);
  if (fault !== null) return fault;
  return Buffer.byteLength(JSON.stringify(schema)) > maxSchemaBytes
    ? `is larger than ${maxSchemaBytes / 1024} KiB`
    : null;
}
