import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextHop } from '../../src/modal/hop.ts';
import { parseFunctionUrl } from '../../src/schemas/function-url.ts';
import { jsonOf, send } from '../helpers/http.ts';
import { startReplica, startRowgate, type TestReplica } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';
import { messages } from '../schemas/verdicts.ts';

const path = '/run/companies/demo/echo/lookup';

/** What a row's URL comes to: where it leads, or why it leads nowhere. */
function read(url: string, allowedHosts: readonly string[] = ['*.modal.run']): string {
  const result = parseFunctionUrl(url, allowedHosts);
  return result.ok ? result.value.href : messages(result);
}

describe('a hostile row URL that leads nowhere', () => {
  test.each([
    ['https://user@a.modal.run/', 'no user'],
    ['https://a.modal.run:x@evil.example/', 'no user'],
    ['https://a.modal.run:22/', 'port'],
    ['https://a.modal.run:443/', 'port'],
    ['https://a.modal.run:/', 'port'],
    ['https://a.modal.run./', 'trailing dot'],
    ['https://xn--mdal-55d.run/', 'not among the allowed'],
    ['https://a.xn--mdal-55d.run/', 'not among the allowed'],
    ['https://ａ.modal.run/', 'non-ASCII'],
    ['https://a.modal.ｒun/', 'non-ASCII'],
    ['https://a。modal.run/', 'non-ASCII'],
    ['https://mödal.run/', 'non-ASCII'],
    ['https://①②⑦.0.0.1/', 'non-ASCII'],
    ['https://%61.modal.run/', 'percent-encoding'],
    ['https://127%2e0.0.1/', 'percent-encoding'],
    ['https://evil.example%2f.modal.run/', 'percent-encoding'],
    ['https://evil.example%00.modal.run/', 'percent-encoding'],
    ['https://a.modal.run/%2e%2e/x', 'encoded dot'],
    ['https://a.modal.run/x%2F..%2Fy', 'encoded dot'],
    ['https://a.modal.run/x%5c..', 'encoded dot'],
    ['https://a.modal.run\\@evil.example/', 'backslash'],
    ['https://evil.example\\.modal.run/', 'backslash'],
    ['https:/\\a.modal.run/', 'https://'],
    ['https://a.modal.run/x\ty', 'control'],
    ['https://evil.example/\n.modal.run', 'control'],
    ['https://a.mod\nal.run/', 'control'],
    ['\thttps://a.modal.run/', 'https://'],
    ['https://evilmodal.run/', 'not among the allowed'],
    ['https://modal.run.evil.example/', 'not among the allowed'],
    ['https://a.modal.run.evil.example/', 'not among the allowed'],
    ['https://modal.run/', 'not among the allowed'],
    ['https://.modal.run/', 'plain name'],
    ['https://-.modal.run/', 'plain name'],
    ['https://[::1]/', 'plain name'],
    ['https://[::ffff:127.0.0.1]/', 'plain name'],
    ['https://[::ffff:7f00:1]/', 'plain name'],
    ['https://[fd00:ec2::254]/', 'plain name'],
    ['https://127.0.0.1/', 'The host is the IP address'],
    ['https://127.1/', 'The host is the IP address'],
    ['https://2130706433/', 'The host is the IP address'],
    ['https://0x7f.1/', 'The host is the IP address'],
    ['https://0X7F000001/', 'The host is the IP address'],
    ['https://0177.0.0.1/', 'The host is the IP address'],
    ['https://017700000001/', 'The host is the IP address'],
    ['https://169.254.169.254/latest/meta-data', 'The host is the IP address'],
    ['https://100.64.0.1/', 'The host is the IP address'],
    ['https://256.256.256.256/', 'not a valid IPv4 address'],
  ])('%j', (url, why) => {
    expect(read(url)).toContain(why);
  });
});

test.each([
  ['https://A.Modal.RUN', 'https://a.modal.run/'],
  ['HTTPS://a.modal.run', 'https://a.modal.run/'],
  ['https://a.modal.run/x/../y', 'https://a.modal.run/y'],
  ['https://a.modal.run/../../x', 'https://a.modal.run/x'],
  ['https://a.modal.run/./x/.', 'https://a.modal.run/x/'],
  ['https://a.modal.run?x=https://evil.example', 'https://a.modal.run/?x=https://evil.example'],
  ['https://a.modal.run//evil.example/x', 'https://a.modal.run//evil.example/x'],
  ['https://a.modal.run/@evil.example', 'https://a.modal.run/@evil.example'],
  ['https://127.0.0.1.modal.run/', 'https://127.0.0.1.modal.run/'],
])('a row URL %j leads to %s and to nothing else', (url, href) => {
  expect(read(url)).toBe(href);
  expect(read(href)).toBe(href);
});

test.each([
  ['https://127.0.0.1/x'],
  ['https://2130706433/x'],
  ['https://[::1]/x'],
  ['//169.254.169.254/latest'],
  ['https://localhost/x'],
  ['https://a.modal.run./x'],
  ['https://a.modal.run:8443/x'],
  ['https://b.modal.run/x'],
  ['https://a.modal.run@evil.example/x'],
  ['https://evil.example\\@a.modal.run/x'],
  ['/\\evil.example/x'],
  ['\t//evil.example/x'],
  ['https://a.modal.run%2eevil.example/x'],
  ['http://a.modal.run/x'],
  ['file:///etc/passwd'],
])('a 303 to %j is not followed', (location) => {
  expect(nextHop(location, { host: 'a.modal.run', target: '/' })).toMatchObject({ ok: false });
});

/** Row URLs have no port, so what must not be reached listens on theirs, which may need rights. */
const httpsPort = 443;
const connections: (string | undefined)[] = [];
const canary = createServer((socket) => {
  connections.push(socket.remoteAddress);
  socket.destroy();
});
const cannotListen = await new Promise<string | null>((resolve) => {
  canary.once('error', (error) => resolve(error.message));
  canary.listen(httpsPort, '127.0.0.1', () => resolve(null));
});
afterAll(async () => {
  if (cannotListen !== null) return;
  canary.close();
  await once(canary, 'close');
});

const why = cannotListen === null ? '' : ` (port ${httpsPort}: ${cannotListen})`;
describe.skipIf(cannotListen !== null)(`what listens on this machine${why}`, () => {
  const opened = new AsyncDisposableStack();
  let replica: TestReplica;
  beforeAll(async () => {
    const direct = await startRowgate([
      echoRow({ modal_endpoint_url: 'https://localhost/' }),
      echoRow({
        workflow_slug: 'literal',
        api_endpoint_url: '/run/companies/demo/literal/lookup',
        modal_endpoint_url: 'https://127.0.0.1/',
      }),
    ]);
    opened.defer(direct.close);
    replica = await startReplica({
      DATABASE_URL: direct.database.url,
      UPSTREAM_ALLOWED_HOSTS: 'localhost',
    });
    opened.defer(replica.close);
  });
  afterAll(() => opened.disposeAsync());

  test('is not connected to by a row that names it, though the configuration allows the name', async () => {
    const response = await send(replica.url + path, { body: '{}' });
    expect(jsonOf(response)).toMatchObject({ status: 502, code: 'upstream_address_refused' });
    expect(response.headers['proxy-status']).toBe('rowgate; error=destination_ip_prohibited');
    expect(connections).toEqual([]);
  });

  test('is not connected to by a row that names its address, which is not even mounted', async () => {
    const response = await send(`${replica.url}/run/companies/demo/literal/lookup`, { body: '{}' });
    expect(jsonOf(response)).toMatchObject({ status: 404, code: 'route_not_found' });
    expect(connections).toEqual([]);
  });

  test('would have been noticed', async () => {
    await expect(fetch(`https://localhost:${httpsPort}/`)).rejects.toThrow('fetch failed');
    expect(connections).toHaveLength(1);
  });
});
