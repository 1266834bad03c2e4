import { randomBytes } from 'node:crypto';
import type { TestDatabase } from './database.ts';

export type TestRole = AsyncDisposable & Readonly<{ name: string; url: string }>;

/** A login role without any rights. It and its grants are dropped when it is disposed of, which must be before its database. */
export async function createTestRole(database: TestDatabase): Promise<TestRole> {
  const name = `role_${randomBytes(6).toString('hex')}`;
  await database.query(`create role ${name} login password 'test'`);
  const url = new URL(database.url);
  url.username = name;
  url.password = 'test';
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      await database.query(`drop owned by ${name} cascade`);
      await database.query(`drop role ${name}`);
    },
  };
}
