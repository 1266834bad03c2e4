import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export type TestDatabase = Readonly<{
  url: string;
  /** Runs one statement and gives its rows. */
  query: (text: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;
  drop: () => Promise<void>;
}>;

/** A database to clone, to which nobody is connected. */
export type Template = Readonly<{ name: string }>;

const migrated: Template = { name: 'rowgate_template' };
const empty: Template = { name: 'template0' };

/**
 * A database of its own on the run's Postgres: migrated and empty, without anything in it, or like a template.
 *
 * Dropping it fails when a connection is still open, which shows a pool that leaked.
 */
export async function createTestDatabase(
  from: 'migrated' | 'blank' | Template = 'migrated',
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = from === 'migrated' ? migrated : from === 'blank' ? empty : from;
  const url = await clone(template, name);
  const sessions = openSessions(url);
  return {
    url,
    query: sessions.query,
    drop: async () => {
      await sessions.close();
      await adminQuery(`drop database ${name}`);
    },
  };
}

/** A migrated database with something in it, to be cloned by the files of this worker. It ends with the run's Postgres. */
export async function createTemplate(
  fill: (database: Pick<TestDatabase, 'query'>) => Promise<void>,
): Promise<Template> {
  const name = `template_${randomBytes(6).toString('hex')}`;
  const sessions = openSessions(await clone(migrated, name));
  try {
    await fill(sessions);
  } finally {
    await sessions.close();
  }
  return { name };
}

/** @returns the URL of the new database. */
async function clone(template: Template, name: string): Promise<string> {
  await adminQuery(`create database ${name} template ${template.name} strategy file_copy`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return url.href;
}

/** Statements that leave nothing behind in their session. Any other gets a session of its own. */
const sharing = /^\s*(?:select|insert|update|delete|with)\b/i;

/**
 * Sessions that statements share: to open one takes Postgres ten times as long as to run a short statement, and tests ask
 * again and again until something has happened. One that a test ends is replaced.
 */
function openSessions(url: string): Pick<TestDatabase, 'query'> & Readonly<{ close: () => Promise<void> }> {
  const pool = openPool(url, 4);
  return {
    query: async (text, values = []) => {
      if (!sharing.test(text)) return queryOnce(url, text, values);
      const { rows } = await pool.query<Record<string, unknown>>(text, [...values]);
      return rows ?? [];
    },
    close: () => pool.end(),
  };
}

let admin: pg.Pool | undefined;

/** In one session for all files of this worker: to open one takes the processor 30 ms. */
async function adminQuery(text: string): Promise<void> {
  admin ??= openPool(inject('postgresUrl'), 1);
  await admin.query(text);
}

function openPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString, max, idleTimeoutMillis: 0, allowExitOnIdle: true });
  // Tests end sessions, and the run's Postgres ends before its workers do.
  pool.on('error', () => undefined);
  return pool;
}

async function queryOnce(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text, [...values]);
    return rows ?? [];
  } finally {
    await client.end();
  }
}
