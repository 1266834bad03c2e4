import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectionConfig } from '../../src/db/pool.ts';
import { temporaryDirectory } from '../helpers/process.ts';

const url = 'postgres://user:secret@db.example:6543/postgres';

test('a URL is taken as it is where no CA is given', () => {
  expect(connectionConfig(`${url}?sslmode=require`, null)).toMatchObject({
    connectionString: `${url}?sslmode=require`,
    keepAlive: true,
  });
});

test.each(['', '?sslmode=require', '?sslmode=verify-full&sslrootcert=/elsewhere.pem'])(
  'the given CA is what the server must show, whatever the URL says of TLS: %s',
  async (query) => {
    await using directory = await temporaryDirectory();
    const caFile = join(directory.path, 'ca.pem');
    await writeFile(caFile, 'the authority');
    expect(connectionConfig(url + query, caFile)).toMatchObject({
      connectionString: url,
      ssl: { ca: 'the authority' },
    });
  },
);

test('TLS can be switched off by the URL, also with a CA', () => {
  expect(connectionConfig(`${url}?sslmode=disable`, '/no/such/file')).not.toHaveProperty('ssl');
});
