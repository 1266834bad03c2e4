import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { get } from '../get.ts';

describe('GET / where callers need a key', () => {
  test('names no row, and says which links need a key and how it is sent', async () => {
    const row = echoRow({ workflow_slug: 'secret-slug', description: 'secret words' });
    const rowgate = await startRowgate([row], { AUTH: 'required' });
    try {
      for (const accept of ['text/html', 'application/json']) {
        const { status, body } = await get(`${rowgate.url}/`, { accept });
        expect(status).toBe(200);
        expect(JSON.stringify(body)).not.toMatch(/secret|\/run\/companies|One of the routes/);
      }
      const { body } = await get(`${rowgate.url}/`, { accept: 'text/html' });
      expect(body).toContain('X-API-Key: rowgate_…');
      const lines = String(body).split('<li>');
      for (const [, path] of String(body).matchAll(/<a href="([^"#]+)/g)) {
        const isShut = (await get(`${rowgate.url}${path}`)).status === 401;
        const line = lines.find((text) => text.includes(`href="${path}`)) ?? '';
        expect([path, line.includes('with a key')]).toEqual([path, isShut]);
      }
    } finally {
      await rowgate.close();
    }
  });
});

describe('GET /', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    const slug = '<script>alert(1)</script>';
    rowgate = await startRowgate([
      echoRow({ workflow_slug: slug, description: '"><img src=x onerror=alert(1)>' }),
    ]);
  });
  afterAll(() => rowgate.close());

  test('is JSON for programs: what this is, what is mounted, and links that lead somewhere', async () => {
    const { status, headers, body } = await get(`${rowgate.url}/`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('vary')).toBe('accept');
    expect(body).toMatchObject({
      name: 'rowgate',
      version: '0.1.0',
      routes: { rows: 1, mounted: 1, rejected: 0 },
    });
    const links: unknown[] = Object.values(Object(Object(body).links));
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect((await get(rowgate.url + String(link))).status, String(link)).toBe(200);
  });

  test.each(['application/json', 'text/html;q=0', 'application/json, text/html;q=0.5', '*/*'])(
    'is JSON for a caller that sends Accept: %s',
    async (accept) => {
      const { headers } = await get(`${rowgate.url}/`, { accept });
      expect(headers.get('content-type')).toBe('application/json');
    },
  );

  test('is a page for browsers, on which nothing that a row says becomes markup', async () => {
    const { status, headers, body } = await get(`${rowgate.url}/`, { accept: 'text/html,*/*;q=0.8' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(body).toContain('POST /run/companies/demo/echo/lookup');
    expect(body).toContain('&lt;script&gt;');
    expect(body).not.toMatch(/<script|<img/);
  });
});
