import { randomBytes } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { migrate } from '../../src/db/migrations.ts';
import { openSession } from './listener/sessions.ts';
import { startReplica } from '../helpers/rowgate.ts';

test.each(['LATIN1', 'SQL_ASCII'])(
  'a database in %s is refused before anything is in it, with how to create another one',
  async (encoding) => {
    await using opened = new AsyncDisposableStack();
    const admin = opened.use(await openSession(inject('postgresUrl'))).client;
    const name = `test_${randomBytes(6).toString('hex')}`;
    await admin.query(
      `create database ${name} encoding '${encoding}' locale_provider libc lc_collate 'C' lc_ctype 'C' template template0`,
    );
    opened.defer(async () => {
      await admin.query(`drop database ${name}`);
    });
    const url = new URL(inject('postgresUrl'));
    url.pathname = `/${name}`;
    const refusal = new RegExp(`${name} must be UTF-8.*${encoding}.*createdb -E UTF8 -T template0`);
    await expect(migrate({ url: url.href, caFile: null })).rejects.toThrow(refusal);
    await expect(startReplica({ DATABASE_URL: url.href })).rejects.toThrow(refusal);
    await using session = await openSession(url.href);
    const { rows } = await session.client.query(`select from pg_namespace where nspname = 'rowgate'`);
    expect(rows).toEqual([]);
  },
);
