import { expect, test } from 'vitest';
import { functionHeaders } from '../../../src/dynamic/call/function-headers.ts';
import { headerPairs } from '../../../src/server/header-lines.ts';
import { callOf, routeOf } from './calls.ts';

test('the function gets our host, request id and trace first, once each, then what the call carries, then Via', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const headers = ['Accept', '*/*', 'x-many', 'a'];
  const call = callOf(routeOf(), { headers, requestId: 'req-1', traceparent });
  expect(headerPairs(functionHeaders(call))).toEqual([
    ['host', 'demodata--app-echo.modal.run'],
    ['x-request-id', 'req-1'],
    ['traceparent', traceparent],
    ['Accept', '*/*'],
    ['x-many', 'a'],
    ['via', '1.1 rowgate'],
  ]);
});
