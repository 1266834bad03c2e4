import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../../helpers/keys.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';
import { get } from '../get.ts';
import { at, object, text } from '../openapi/openapi-document.ts';

const path = '/.well-known/api-catalog';
const link = `<${path}>; rel="api-catalog"`;

describe('the API catalog (RFC 9727)', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()], { AUTH: 'required' });
  });
  afterAll(() => rowgate.close());

  test('is a linkset that needs no key, and every link of it leads somewhere', async () => {
    const { key } = await makeKey(rowgate.database.url, 'read');
    const headers = { 'x-api-key': key };
    await until('the key is known', async () => {
      return (await get(`${rowgate.url}/metrics`, headers)).status === 200;
    });
    const response = await get(rowgate.url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(
      'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"',
    );
    const context = object(at(object(response.body), 'linkset', '0'));
    for (const relation of ['service-desc', 'service-doc', 'service-meta', 'status']) {
      const targets = context[relation];
      for (const target of Array.isArray(targets) ? targets : []) {
        const url = new URL(text(at(target, 'href')), rowgate.url + path);
        const led = await get(url.href, headers);
        expect([url.pathname, led.status]).toEqual([url.pathname, 200]);
        expect(led.headers.get('content-type')).toContain(text(at(target, 'type')));
      }
    }
  });

  test('is led to by / and responds to HEAD with the link', async () => {
    expect((await get(`${rowgate.url}/`)).headers.get('link')).toBe(link);
    const head = await fetch(rowgate.url + path, { method: 'HEAD' });
    expect([head.status, head.headers.get('link'), await head.text()]).toEqual([200, link, '']);
  });
});
