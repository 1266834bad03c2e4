/** The response to a GET, its body parsed where it is JSON. */
export type Got = Readonly<{ status: number; headers: Headers; body: unknown }>;

export async function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
  return read(await fetch(url, { headers }));
}

export async function read(response: Response): Promise<Got> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  const body: unknown = isJson ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body };
}
