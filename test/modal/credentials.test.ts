import { expect, test } from 'vitest';
import { credentialsFor } from '../../src/modal/credentials.ts';

const credentials = { workspace: 'acme', environments: ['staging'], key: 'wk-1', secret: 'ws-1' };
const lines = ['modal-key', 'wk-1', 'modal-secret', 'ws-1'];

test.each([['acme--app-function.modal.run'], ['acme-staging--app-function.modal.run']])(
  '%s is ours',
  (host) => {
    expect(credentialsFor(credentials)(host)).toEqual(lines);
  },
);

test.each([
  ['acme-other--app-function.modal.run'],
  ['acmes--app.modal.run'],
  ['acme-staging-2--app.modal.run'],
  ['other--acme--app.modal.run'],
  ['acme.modal.run'],
  ['acme--app.modal.run.evil.example'],
  ['acme--app.evil.example'],
  ['acme--x.y.modal.run'],
])('%s belongs to someone else and gets nothing', (host) => {
  expect(credentialsFor(credentials)(host)).toEqual([]);
});

test('without a token nobody gets anything', () => {
  expect(credentialsFor(null)('acme--app-function.modal.run')).toEqual([]);
});
