import { type IncomingHttpHeaders, request } from 'node:http';

export type RawResponse = Readonly<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>;

/** One HTTP request with exactly these headers and bytes, on a connection of its own, following nothing. */
export function send(
  url: string,
  options: Readonly<{
    method?: string;
    headers?: Record<string, string | string[]>;
    body?: Uint8Array | string;
    path?: string;
  }> = {},
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const { method = 'POST', headers = {}, body, path } = options;
    const outgoing = request(
      url,
      { method, headers, agent: false, ...(path === undefined ? {} : { path }) },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The JSON of a response, for expectations on its members. */
export function jsonOf(response: RawResponse): unknown {
  return JSON.parse(response.body.toString('utf8'));
}

/** The header lines that a recorded call had, names in lower case, several of a name joined by a comma. */
export function headersOf(rawHeaders: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}
