import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';
import { get, read } from './get.ts';

describe('a fixed route', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()]);
  });
  afterAll(() => rowgate.close());

  test('keeps a sane X-Request-Id and replaces any other', async () => {
    const kept = await get(`${rowgate.url}/healthz`, { 'x-request-id': 'clay-row_42' });
    expect(kept.headers.get('x-request-id')).toBe('clay-row_42');
    const replaced = await get(`${rowgate.url}/healthz`, { 'x-request-id': '<script>' });
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  test('responds with 405 with Allow to another method', async () => {
    const sent = await fetch(`${rowgate.url}/api/enrichment/workflows/echo`, { method: 'DELETE' });
    const { status, headers, body } = await read(sent);
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('GET, HEAD');
    expect(body).toMatchObject({
      code: 'method_not_allowed',
      detail: '/api/enrichment/workflows/echo supports GET and HEAD, not DELETE.',
    });
  });

  test('is the same with a slash at its end', async () => {
    for (const path of [
      '/healthz/',
      '/docs/',
      '/api/enrichment/workflows/',
      '/api/enrichment/workflows/echo/',
    ]) {
      expect((await get(rowgate.url + path)).status, path).toBe(200);
    }
  });

  test('responds to HEAD like to GET, without the body', async () => {
    const head = await fetch(`${rowgate.url}/openapi.json`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('etag')).not.toBeNull();
    expect(await head.text()).toBe('');
  });

  test('is not to be found anywhere else: 404, with the path as it was sent', async () => {
    const { status, headers, body } = await get(`${rowgate.url}/nowhere/%C3%A9?x=1`);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ code: 'not_found', type: '/errors#not_found', instance: '/nowhere/%C3%A9' });
  });
});
