import type { JsonObject } from '../../json-schema/json.ts';
import type { RegistryRow } from '../../schemas/registry-row.ts';
import type { RouteDefinition } from '../../schemas/route-definition.ts';
import {
  type ContractPart,
  type ContractParts,
  requestName,
  responseName,
} from './components/contract-parts.ts';
import { type DocumentFormat, documentFormats, type FormatName } from './format.ts';
import { isOwn, type NamedContract, type NamedPart, plainPart } from './components/named-contract.ts';
import { okResponse, operationOf } from './operation.ts';
import { commonResponses } from './responses.ts';
import { repaired } from './components/rewrite-model.ts';

/** A row as it is in the document of one snapshot. */
export type NamedRow = Readonly<{
  id: string;
  parts: ContractParts;
  /** Null if its schemas need no names other than the row's. */
  contract: NamedContract | null;
  /** Its text by format, which is kept with its definition. */
  written: Partial<Record<FormatName, Written>>;
}>;

/** What a row contributes to a document, as text. */
export type Fragment = Readonly<{
  /** Its path with the operation, in pieces, the last of which is the same for all rows. */
  path: readonly string[];
  /** The schemas of its contract that no other row refers to. */
  schemas: string;
  /** The schemas that other rows may share, by name. */
  shared: readonly Readonly<{ name: string; text: string }>[];
}>;

export type Written = Fragment & Readonly<{ row: RegistryRow; key: string | undefined }>;

/**
 * Writes rows in one format. Unchanged rows keep their definitions across a reload, and with them their text: of 10,000 rows
 * only those that changed are written again. The responses that all rows have in common are written once: for 10,000
 * operations they are 5 MB.
 *
 * @param gateResponses the gate's responses by status, which every operation documents, since the gate comes before all routes.
 */
export function createFragments(formatName: FormatName, gateResponses: JsonObject) {
  const format: DocumentFormat = documentFormats[formatName];
  // Under `paths` come the path, the method, `responses` and the statuses.
  const common = format.closing(format.members(commonResponses(gateResponses), 4), 3);

  /** Never throws: one row must not make the document unavailable. */
  const writeSafely = (row: RegistryRow, definition: RouteDefinition, named: NamedRow): Fragment => {
    try {
      return write(row, definition, named);
    } catch {
      const parts = { request: 'unknown', response: 'unknown' } as const;
      return write(row, { ...definition, exampleRequest: null }, { ...named, parts, contract: null });
    }
  };
  const write = (
    row: RegistryRow,
    definition: RouteDefinition,
    { id, parts, contract }: NamedRow,
  ): Fragment => {
    const request = contract?.request ?? plainPart(parts.request, requestName(id));
    const response = contract?.response ?? plainPart(parts.response, responseName(id));
    const own = [
      ownSchema(parts.request, requestName(id), definition.requestSchema),
      ownSchema(parts.response, responseName(id), definition.responseSchema),
    ];
    return {
      path: [pathOf(row, definition, { id, request, response }), common],
      schemas: own.filter((member) => member !== '').join(format.frame.between),
      shared: [...request.components, ...response.components].map(({ name, text }) => ({
        name,
        text: format.written(name, text, 2),
      })),
    };
  };
  const ownSchema = (part: ContractPart, name: string, schema: JsonObject | null): string =>
    schema === null || !isOwn(part)
      ? ''
      : format.member(name, part === 'repaired' ? repaired(schema) : schema, 2);
  const pathOf = (
    row: RegistryRow,
    definition: RouteDefinition,
    named: Readonly<{ id: string; request: NamedPart; response: NamedPart }>,
  ): string => {
    const item = { [definition.method.toLowerCase()]: operationOf(row, definition, named) };
    const open = format.open(format.member(definition.path, item, 1), 2, 'responses', 3);
    return open + format.member('200', okResponse(named.response), 4);
  };

  return (row: RegistryRow, definition: RouteDefinition, named: NamedRow): Fragment => {
    const { contract, written } = named;
    const key = contract?.key;
    const known = written[formatName];
    if (known?.row === row && known.key === key) return known;
    const fragment = { row, key, ...writeSafely(row, definition, named) };
    written[formatName] = fragment;
    return fragment;
  };
}
