import { describe, expect, test } from 'vitest';
import { hopHeaders, nextHop } from '../../src/modal/hop.ts';

const from = { host: 'demodata--app-echo.modal.run', target: '/base?tenant=7' };

describe('the next hop', () => {
  test.each([
    [
      'https://demodata--app-echo.modal.run/base?tenant=7&__modal_function_call_id=fc-1',
      '/base?tenant=7&__modal_function_call_id=fc-1',
    ],
    ['/base?__modal_attempt_token=x%2Fy', '/base?__modal_attempt_token=x%2Fy'],
    ['?__modal_function_call_id=fc-1', '/base?__modal_function_call_id=fc-1'],
    ['https://DEMODATA--app-echo.modal.run:443/x', '/x'],
  ])('of %s is requested from the same host', (location, target) => {
    expect(nextHop(location, from)).toEqual({ ok: true, hop: { host: from.host, target } });
  });

  test.each([
    [undefined, 'it has no Location'],
    [['/a', '/b'], 'it has more than one Location'],
    ['http://[', 'its Location is not a valid URL'],
    ['//evil.example/x', 'its Location is on another host'],
    ['http://demodata--app-echo.modal.run/x', 'its Location is not https'],
    ['https://a:b@demodata--app-echo.modal.run/x', 'its Location contains credentials'],
  ])('of %j is refused with the reason', (location, why) => {
    expect(nextHop(location, from)).toEqual({ ok: false, why });
  });

  test.each([
    [undefined],
    [''],
    ['https://other--app-echo.modal.run/x'],
    ['//evil.example/x'],
    ['http://demodata--app-echo.modal.run/x'],
    ['https://demodata--app-echo.modal.run:8443/x'],
    ['https://user:password@demodata--app-echo.modal.run/x'],
    ['https://demodata--app-echo.modal.run.evil.example/x'],
    ['\\\\evil.example\\x'],
    ['javascript:alert(1)'],
    ['http://['],
  ])('of %s is refused', (location) => {
    expect(nextHop(location, from)).toMatchObject({ ok: false });
  });
});

test('a hop carries the headers of the call, except those that describe its body', () => {
  expect(
    hopHeaders(['host', 'h', 'Content-Type', 'application/json', 'x-a', '1', 'content-encoding', 'gzip']),
  ).toEqual(['host', 'h', 'x-a', '1']);
});
