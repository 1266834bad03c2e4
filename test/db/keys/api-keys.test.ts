import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertKey, readKeys, readKeysVersion, revokeKey, rotateKey } from '../../../src/db/keys/api-keys.ts';
import { listKeys } from '../../../src/db/keys/listed-keys.ts';
import { createDatabase } from '../../../src/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

test('a key is inserted, rotated and revoked, and each state is read as JSON with times in seconds', async () => {
  const db = createDatabase({ url: database.url, max: 1, caFile: null, observe: () => undefined });
  try {
    expect((await readKeys(db)).content.rows).toEqual([]);
    const limits = { requestsPerSecond: 5, burst: null, monthlyQuota: 1_000, expiresInSeconds: null };
    const id = await insertKey(db, {
      name: 'table',
      keyHash: first,
      scopes: ['read', 'run:a/**'],
      ...limits,
    });
    const key = {
      id,
      name: 'table',
      scopes: ['read', 'run:a/**'],
      requests_per_second: 5,
      monthly_quota: 1_000,
    };
    const unlimited = { burst: null, expires_at_seconds: null, previous_expires_at_seconds: null };
    expect((await readKeys(db)).content.rows).toEqual([
      { ...key, ...unlimited, key_hash: first, previous_key_hash: null, is_revoked: false },
    ]);
    expect(await rotateKey(db, id, second, 60)).toBe(true);
    const { content, databaseMs } = await readKeys(db);
    const { version, rows } = content;
    const later = await readKeysVersion(db);
    expect(version).toBe(later.content);
    expect(later.databaseMs).toBeGreaterThanOrEqual(databaseMs);
    expect(rows).toMatchObject([
      { key_hash: second, previous_key_hash: first, previous_expires_at_seconds: expect.any(Number) },
    ]);
    expect(await listKeys(db)).toMatchObject([
      { id, state: 'rotating', expires: null, used_this_month: '0' },
    ]);
    expect(await revokeKey(db, id)).toBe(true);
    expect([await rotateKey(db, id, first, 60), await revokeKey(db, 'no uuid')]).toEqual([false, false]);
    expect((await readKeys(db)).content.rows).toMatchObject([{ is_revoked: true }]);
    expect(await listKeys(db)).toMatchObject([{ state: 'revoked' }]);
  } finally {
    await db.destroy();
  }
});
