import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorDocs, errorDocsFile } from '../../../scripts/write-error-docs.ts';
import { errorKinds } from '../../../src/errors.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { get } from '../get.ts';

const kinds = Object.entries(errorKinds);

test('GET /errors explains every code, each at the anchor that the type of a problem names', async () => {
  const rowgate = await startRowgate([]);
  try {
    const { status, headers, body } = await get(`${rowgate.url}/errors`);
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    const entries = String(body).match(/<dt id="[a-z_]+"><span class="status">\d{3}/g);
    expect(entries).toEqual(
      kinds.map(([code, { status: of }]) => `<dt id="${code}"><span class="status">${of}`),
    );
  } finally {
    await rowgate.close();
  }
});

test('docs/errors.md has a line for every code and is what the table of errors says', async () => {
  const committed = await readFile(errorDocsFile, 'utf8');
  expect(committed, 'docs/errors.md is out of date: run "node scripts/write-error-docs.ts"').toBe(
    errorDocs(),
  );
  for (const [code, { status }] of kinds) expect(committed).toContain(`| \`${code}\` | ${status} | `);
});

test('every error says what to do about it, in whole sentences', () => {
  for (const [code, { title, remedy }] of kinds) {
    expect(title, code).toMatch(/^[A-Z].*[^.]$/);
    expect(remedy, code).toMatch(/^[A-Z].*\.$/);
  }
});
