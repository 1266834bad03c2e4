import { expect, test } from 'vitest';
import { methodNotAllowed, notReady, routeNotFound } from '../../../src/dynamic/http/routing-problems.ts';
import { errorKinds } from '../../../src/errors.ts';
import { routeOf } from '../registry/rows.ts';

test('an unknown path is a 404 that names the best hint in words and all of them as data', () => {
  const problem = routeNotFound('/run/x', ['/run/a', '/run/b']);
  expect(errorKinds[problem.code].status).toBe(404);
  expect(problem.detail).toBe('No workflow is mounted at /run/x. Did you mean /run/a?');
  expect(problem.extra).toEqual({ nearest: ['/run/a', '/run/b'] });
});

test('an unknown path with nothing near it is reported without a question', () => {
  expect(routeNotFound('/run/x', [])).toMatchObject({
    detail: 'No workflow is mounted at /run/x.',
    extra: { nearest: [] },
  });
});

test('a long path is not repeated whole', () => {
  expect(routeNotFound(`/run/${'x'.repeat(10_000)}`, []).detail.length).toBeLessThan(300);
});

test('a wrong method is a 405 whose Allow header names the right one', () => {
  const problem = methodNotAllowed('GET', routeOf('echo'));
  expect(errorKinds[problem.code].status).toBe(405);
  expect(problem.headers).toEqual({ allow: 'POST' });
  expect(problem.detail).toBe('/run/companies/demo/echo/lookup supports POST, not GET.');
});

test('a gateway without a snapshot is a 503 that says when to try again', () => {
  expect(errorKinds[notReady.code].status).toBe(503);
  expect(notReady.headers).toEqual({ 'retry-after': '1' });
});
