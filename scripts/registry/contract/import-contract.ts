import type { Kysely } from 'kysely';
import { type ContractRow, writeContract } from '../../../src/db/registry/contracts.ts';
import { formatError } from '../../../src/db/format-error.ts';
import type { Database } from '../../../src/db/tables.ts';
import type { Upstream } from '../../../src/dynamic/call/upstream/upstream.ts';
import { type PublishedContract, publishedContract } from '../../../src/modal/published-contract.ts';
import { parseContract } from '../../../src/schemas/columns/contract.ts';
import { parseEndpoint } from '../../../src/schemas/endpoint-path.ts';
import { type FunctionUrl, parseFunctionUrl } from '../../../src/schemas/function-url.ts';
import { fetchDocument } from './fetch-document.ts';
import { schemaDifference } from './schema-difference.ts';

/** The result of importing the contract of one row. */
export type Imported = Readonly<{ outcome: 'same' | 'differs' | 'written' | 'failed'; text: string }>;

export type ImportOptions = Readonly<{
  db: Kysely<Database>;
  /** The registry's table. */
  table: string;
  upstream: Upstream;
  allowedHosts: readonly string[];
  isWriting: boolean;
  /** Whether differences are shown in colour. */
  isColoured: boolean;
}>;

/** Fetches the contract that a row's function publishes, compares it with the row's and, if `isWriting`, writes it. */
export async function importContract(options: ImportOptions, row: ContractRow): Promise<Imported> {
  const published = await fetchContract(options, row);
  if (typeof published === 'string') return { outcome: 'failed', text: published };
  const sides = [
    ['request_schema', published.request],
    ['response_schema', published.response],
  ] as const;
  const differing = sides.flatMap(([column, schema]) => {
    const difference =
      schema === null ? null : schemaDifference(column, row[column], schema, options.isColoured);
    return schema === null || difference === null ? [] : [{ column, schema, difference }];
  });
  const text = differing.map(({ difference }) => difference).join('\n');
  if (differing.length === 0) return { outcome: 'same', text };
  for (const { column, schema } of differing) {
    const verdict = parseContract(schema, column);
    if (verdict.ok) continue;
    const why = verdict.reasons.map(({ message }) => message).join(' ');
    return { outcome: 'failed', text: `its contract could not be served: ${why}` };
  }
  if (!options.isWriting) return { outcome: 'differs', text };
  const schemas = Object.fromEntries(differing.map(({ column, schema }) => [column, schema]));
  return (await writeContract(options.db, options.table, row, schemas))
    ? { outcome: 'written', text }
    : {
        outcome: 'failed',
        text: 'the row was changed meanwhile, so nothing was written: review it and try again',
      };
}

/** The published contract, or why it is not available. */
async function fetchContract(
  { upstream, allowedHosts }: ImportOptions,
  row: ContractRow,
): Promise<PublishedContract | string> {
  if (row.modal_endpoint_url === null) return 'its row has no function URL (modal_endpoint_url)';
  const url = parseFunctionUrl(row.modal_endpoint_url, allowedHosts);
  if (!url.ok) return url.reasons.map(({ message }) => message).join(' ');
  const endpoint = row.api_endpoint_url === null ? null : parseEndpoint(row.api_endpoint_url);
  const method = endpoint?.ok === true ? endpoint.value.method : 'POST';
  const fetched = await tryFetchDocument(upstream, url.value);
  if (!fetched.ok) return fetched.why;
  const read = publishedContract(fetched.document, method, url.value.pathname);
  if (!read.ok) return read.why;
  const { request, response } = read.contract;
  return request === null && response === null
    ? 'it publishes neither a request nor a response schema'
    : read.contract;
}

async function tryFetchDocument(upstream: Upstream, url: FunctionUrl): ReturnType<typeof fetchDocument> {
  try {
    return await fetchDocument(upstream, url);
  } catch (error) {
    return {
      ok: false,
      why: `${url.host} could not be reached: ${formatError(error, null)}. Check modal_endpoint_url, and that the function is deployed.`,
    };
  }
}
