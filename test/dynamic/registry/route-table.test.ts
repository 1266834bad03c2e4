import { expect, test } from 'vitest';
import { routeOf, tableOf } from './rows.ts';

const path = '/run/companies/gemini/industry/infer';
const route = routeOf('industry', { api_endpoint_url: path });
const odd = routeOf('odd', { api_endpoint_url: '/run/--/a:b/c' });
const table = tableOf([route, odd]);

test.each([path, `${path}/`])('%s is the route', (asked) => {
  expect(table.match(asked)).toBe(route);
});

test.each([
  '',
  '/',
  '/run',
  '/run/',
  '/run/companies/gemini/industry',
  `${path}//`,
  `/${path}`,
  `${path}/x`,
  `${path}?x=1`,
  `${path}#`,
  path.toUpperCase(),
  '/run/Companies/gemini/industry/infer',
  '/run/companies/gemini/industry/%69nfer',
  '/run/companies/gemini/industry%2Finfer',
  '/run//companies/gemini/industry/infer',
  '/run/./companies/gemini/industry/infer',
  '/run/x/../companies/gemini/industry/infer',
  '/run/companies\\gemini\\industry\\infer',
  ` ${path}`,
  '__proto__',
  'constructor',
])('%j is no route: paths match exactly and are never decoded', (asked) => {
  expect(table.match(asked)).toBeUndefined();
});

test('a table has its size and its routes in the order that they came', () => {
  expect(table.size).toBe(2);
  expect([...table.routes()]).toEqual([route, odd]);
  expect([...table.routes()]).toEqual([route, odd]);
});
