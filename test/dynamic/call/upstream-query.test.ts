import { describe, expect, test } from 'vitest';
import { upstreamQuery } from '../../../src/dynamic/call/upstream-query.ts';

describe('upstreamQuery', () => {
  test.each([
    ['', '', ''],
    ['', 'a=1', '?a=1'],
    ['?k=v', '', '?k=v'],
    ['?k=v', 'a=1&b', '?k=v&a=1&b'],
    ['?k=v', '__modal_x=1', '?k=v'],
    ['', '__modal_x=1', ''],
  ])('puts the query %j of the row before %j of the caller: %j', (search, query, expected) => {
    expect(upstreamQuery(search, query)).toBe(expected);
  });

  test.each([
    '__modal_function_call_id=fc-1',
    '__modal_attempt_token=x',
    '__modal_',
    '__modal_new%20name=1',
    '__modal_x=%zz',
    '%5f%5fmodal_x=1',
    '%5F_modal_x=1',
    '_%5fmodal_x=1',
    '__modal%5Fx=1',
    '__%6dodal_x=1',
    '__%6D%6f%64%61%6C_x=1',
    '+__modal_x=1',
    '%20__modal_x=1',
    '%09__modal_x=1',
    '%EF%BB%BF__modal_x=1',
  ])('drops %s, wherever it stands', (pair) => {
    expect(upstreamQuery('', pair)).toBe('');
    expect(upstreamQuery('', `${pair}&a=1`)).toBe('?a=1');
    expect(upstreamQuery('', `a=1&${pair}`)).toBe('?a=1');
    expect(upstreamQuery('', `a=1&${pair}&b=2&${pair}`)).toBe('?a=1&b=2');
  });

  test.each([
    'a=1&a=2&a=1',
    'a=%41&b=a+b&c=%zz&d=%',
    'modal_x=1',
    '_modal_x=1',
    'x__modal_x=1',
    '__modalx=1',
    '__MODAL_X=1',
    'a=__modal_x',
    'a=%26__modal_x=1',
    '%255f_modal_x=1',
    '&',
    'a=1&&b=2&',
    '=',
    'a==b',
    '%e4%bc%9a=%FF',
    'q={"a":[1]}',
    'a=1;b=2',
    '?a=1',
    "a='b'",
    `a=${'x'.repeat(10_000)}`,
  ])('keeps %j byte for byte', (query) => {
    expect(upstreamQuery('', query)).toBe(`?${query}`);
  });

  test('is quick for a query of 100,000 parameters', () => {
    const query = 'a%20=1&'.repeat(100_000);
    expect(upstreamQuery('', query)).toBe(`?${query}`);
  });
});
