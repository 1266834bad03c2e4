import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawExchange, statusesIn } from '../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';

let rowgate: TestRowgate;
beforeAll(async () => {
  rowgate = await startRowgate([echoRow()]);
});
afterAll(() => rowgate.close());

test.each([
  ['ftp://user:secret@localhost/run/a', 'has the scheme ftp, which this server does not serve'],
  ['http://user:secret@[nonsense/run/a', 'has no valid host'],
  ['//host/x', 'There is no route at //host/x: a target that begins with // is a path, and names no host'],
  ['/run/a/../b', 'is not normalized'],
])('the target %s is not found, and the problem says what is wrong with it', async (target, said) => {
  const response = await rawExchange(
    rowgate.url,
    `OPTIONS ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
  );
  expect(statusesIn(response)).toEqual([404]);
  expect(response).toContain(said);
  expect(response).not.toContain('secret');
  const refused = rowgate.observations.findLast(({ kind }) => kind === 'request_refused');
  expect(refused).toMatchObject({ status: 404 });
  expect(JSON.stringify(refused)).not.toContain('secret');
});
