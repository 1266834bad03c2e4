import { attemptOf } from '../../../src/dynamic/attempt.ts';
import { joined, type HeldBody } from '../../../src/dynamic/held-body.ts';
import type { Upstream } from '../../../src/dynamic/upstream.ts';
import type { FunctionUrl } from '../../../src/schemas/function-url.ts';

/** A document as it was fetched, or why there is none. */
export type FetchedDocument =
  | Readonly<{ ok: true; document: unknown }>
  | Readonly<{ ok: false; why: string }>;

/** A cold start included. */
const timeoutMs = 60_000;
const maxDocumentBytes = 4 * 1024 * 1024;

/** Fetches `/openapi.json` of a function as the product calls functions: same guard, same credentials, same stand-in. */
export async function fetchDocument(upstream: Upstream, functionUrl: FunctionUrl): Promise<FetchedDocument> {
  const pathname = `${functionUrl.pathname.replace(/\/$/, '')}/openapi.json`;
  const route = {
    slug: 'openapi',
    method: 'GET',
    path: pathname,
    functionUrl: { ...functionUrl, pathname, search: '' },
    timeoutSeconds: timeoutMs / 1000,
    requestSchema: null,
    responseSchema: null,
    contractMode: null,
    exampleRequest: null,
    idempotent: true,
    maxConcurrency: null,
    deprecatedAt: null,
  } as const;
  const headers = ['host', functionUrl.host, 'accept', 'application/json'];
  const body = { payload: null, streamBytes: null, isRepeatable: true };
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await upstream.attempt({ route, query: '', headers, body }, signal);
  const attempt = attemptOf(answer);
  if (attempt.kind === 'failed') return { ok: false, why: attempt.problem.detail };
  const whole = await wholeOf(answer.body);
  if (answer.status !== 200) {
    return {
      ok: false,
      why: `it publishes no contract (GET ${pathname} answered ${answer.status}). Deploy it with docs=True: @modal.fastapi_endpoint(method="POST", docs=True)`,
    };
  }
  if (whole === null) return { ok: false, why: `what it publishes is larger than ${maxDocumentBytes} bytes` };
  try {
    const document: unknown = JSON.parse(Buffer.from(whole).toString('utf8'));
    return { ok: true, document };
  } catch {
    return { ok: false, why: `what it answers at ${pathname} is not JSON` };
  }
}

/** A held body with its rest, or null where it is too large. */
async function wholeOf({ chunks, size, rest }: HeldBody): Promise<Uint8Array | null> {
  const all = [...chunks];
  let total = size;
  for (let next = await rest?.next(); next !== undefined && next.done !== true; next = await rest?.next()) {
    all.push(next.value);
    total += next.value.byteLength;
    if (total <= maxDocumentBytes) continue;
    await rest?.return?.();
    return null;
  }
  return joined({ chunks: all, size: total, rest: null });
}
