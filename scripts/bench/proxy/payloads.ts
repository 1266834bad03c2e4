import type { BenchRow } from '../rows.ts';

/** How large a call's request body is, and the response body too. */
export type Size = 'small' | 'large';

export const bytesOf: Readonly<Record<Size, number>> = { small: 1_000, large: 100_000 };

/** The contract of each row: fields, types and defaults as the registry's ingest workflows have them. */
export const contract: BenchRow = {
  request_schema: {
    type: 'object',
    properties: {
      company_domain: { type: 'string', minLength: 1 },
      workflow_slug: { type: 'string', default: 'bench' },
      raw_payload: { type: 'object' },
      clay_table_url: { type: ['string', 'null'] },
    },
    required: ['company_domain', 'raw_payload'],
  },
  response_schema: {
    type: 'object',
    properties: {
      success: { type: 'boolean' },
      raw_id: { type: ['string', 'null'] },
      error: { type: ['string', 'null'] },
    },
    required: ['success'],
  },
  contract_mode: 'enforce',
};

/** One item of a body, about 250 bytes. */
export const record =
  '{"name":"Ada Example","title":"Head of Revenue Operations","location":"Springfield, United States","linkedin_url":"https://linkedin.example/in/ada-example","employees":1250,"founded":2011,"is_current":true,"skills":["sales","data","crm"],"score":0.875}';

/** A JSON body that satisfies the contract. */
export function requestBody(size: Size): string {
  return filled(size, '{"company_domain":"example.com","raw_payload":{"people":[', ']}}');
}

/** How many records fill a response of this size (responseBody). */
export function recordsOf(size: Size): number {
  return Math.round(bytesOf[size] / record.length);
}

/** What functions respond with. */
export function responseBody(size: Size): string {
  return filled(size, '{"success":true,"records":[', ']}');
}

function filled(size: Size, start: string, end: string): string {
  return `${start}${Array.from({ length: recordsOf(size) }, () => record).join(',')}${end}`;
}
