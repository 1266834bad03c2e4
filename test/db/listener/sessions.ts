import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from '../../helpers/database.ts';

export const registry = 'reference.enrichment_workflow_registry';
export const history = 'reference.enrichment_workflow_registry_history';

/** One connection, for what spans several statements. */
export async function openSession(url: string): Promise<AsyncDisposable & { readonly client: pg.Client }> {
  const client = new pg.Client(url);
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

/** A role that may log in and do what is granted, on the registry table and nowhere else. */
export async function createRole(
  database: TestDatabase,
  privileges: string,
): Promise<AsyncDisposable & { readonly name: string; readonly url: string }> {
  const name = `poor_${randomBytes(6).toString('hex')}`;
  await database.query(`create role ${name} login password 'x'`);
  await database.query(`grant usage on schema reference to ${name}`);
  await database.query(`grant ${privileges} on ${registry} to ${name}`);
  const url = new URL(database.url);
  url.username = name;
  url.password = 'x';
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      await database.query(`drop owned by ${name}`);
      await database.query(`drop role ${name}`);
    },
  };
}
