import { joinChunks } from '../../../src/dynamic/call/call.ts';
import { CallClock } from '../../../src/dynamic/call/call-clock.ts';
import type { FunctionResponse } from '../../../src/dynamic/call/call-result.ts';
import { classifyResponse } from '../../../src/dynamic/call/upstream/classify-response.ts';
import type { Upstream } from '../../../src/dynamic/call/upstream/upstream.ts';
import { defaultSettings } from '../../../src/schemas/columns/route-settings.ts';
import type { FunctionUrl } from '../../../src/schemas/function-url.ts';

/** A fetched document, or why it could not be fetched. */
export type FetchedDocument =
  | Readonly<{ ok: true; document: unknown }>
  | Readonly<{ ok: false; why: string }>;

/** Includes a cold start. */
const timeoutMs = 60_000;
const maxDocumentBytes = 4 * 1024 * 1024;

/** Fetches `/openapi.json` of a function as the gateway calls functions: same guard, same credentials, same stand-in. */
export async function fetchDocument(upstream: Upstream, functionUrl: FunctionUrl): Promise<FetchedDocument> {
  const pathname = `${functionUrl.pathname.replace(/\/$/, '')}/openapi.json`;
  const route = {
    ...defaultSettings,
    slug: 'openapi',
    method: 'GET',
    path: pathname,
    functionUrl: { ...functionUrl, pathname, search: '' },
    timeoutSeconds: timeoutMs / 1000,
    idempotent: true,
  } as const;
  const headers = ['host', functionUrl.host, 'accept', 'application/json'];
  const clock = new CallClock(timeoutMs, new AbortController().signal, () => performance.now());
  clock.start();
  try {
    const call = { route, query: '', headers, body: noBody, resume: undefined, hops: noHops };
    return await documentIn(await upstream.attempt(call, clock), pathname);
  } finally {
    clock.stop();
  }
}

const noBody = { kind: 'buffered', bytes: null } as const;
const noHops = { redirected: () => undefined };

async function documentIn(response: FunctionResponse, pathname: string): Promise<FetchedDocument> {
  const attempt = classifyResponse(response);
  if (attempt.kind === 'failure') return { ok: false, why: attempt.problem.detail };
  const whole = await wholeOf(attempt.body);
  if (attempt.status !== 200) {
    return {
      ok: false,
      why: `it publishes no contract (GET ${pathname} responded with ${attempt.status}). Deploy it with docs=True: @modal.fastapi_endpoint(method="POST", docs=True)`,
    };
  }
  if (whole === null)
    return { ok: false, why: `its /openapi.json is larger than ${maxDocumentBytes / 2 ** 20} MiB` };
  try {
    const document: unknown = JSON.parse(Buffer.from(whole).toString('utf8'));
    return { ok: true, document };
  } catch {
    return { ok: false, why: `its ${pathname} is not JSON` };
  }
}

/** The complete body, or null if it is too large. */
function wholeOf(body: FunctionResponse['body']): Promise<Uint8Array | null> {
  if (body.kind === 'buffered') return Promise.resolve(joinChunks(body.chunks, body.size));
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    body.start({
      write: (chunk) => {
        chunks.push(chunk);
        size += chunk.byteLength;
        if (size <= maxDocumentBytes) return true;
        resolve(null);
        body.abandon(new Error('the document is too large'));
        return false;
      },
      end: () => resolve(joinChunks(chunks, size)),
      cut: reject,
    });
  });
}
