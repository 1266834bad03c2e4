import { expect, test } from 'vitest';
import { newKey } from '../../../src/auth/key-format.ts';
import { createUnmatched } from '../../../src/dynamic/http/unmatched.ts';
import { createRegistryStore } from '../../../src/dynamic/registry/store.ts';
import { grantsOf } from '../../../src/schemas/scope.ts';
import { keyRecord } from '../../auth/records.ts';
import { snapshotOf, verdictOf } from '../registry/rows.ts';

const store = createRegistryStore();
store.swap(
  snapshotOf('1', [
    verdictOf('own', { api_endpoint_url: '/run/tenant-a/x/acquired/get' }),
    verdictOf('hidden', { api_endpoint_url: '/run/tenant-b/x/acquisition/get' }),
  ]),
);
const unmatched = createUnmatched(store, () => 0);

function request(scopes: readonly string[] | null) {
  const record = keyRecord(newKey());
  const caller =
    scopes === null
      ? null
      : { keyId: record.id, name: record.name, scopes, grants: grantsOf(scopes), limits: record };
  const target = { path: '/run/tenant-a/x/acquisition/get', query: '', authority: null };
  const shared = { method: 'POST', requestId: 'r', ownId: '0'.repeat(32), clientAddress: null };
  return { ...shared, target, caller, crossOriginHeaders: [] };
}

const own = '/run/tenant-a/x/acquired/get';
const hidden = '/run/tenant-b/x/acquisition/get';

test.each([
  [['run:tenant-a/**'], [own]],
  [['run:tenant-a/x/acquisition/*'], []],
  [['read'], []],
  [['admin'], [hidden, own]],
  [null, [hidden, own]],
])('a 404 names the paths that the key may call: with %j, %j', async (scopes, nearest) => {
  expect(await unmatched(request(scopes))).toMatchObject({ problem: { extra: { nearest } } });
});
