import { describe, expect, test } from 'vitest';
import { grantsOf, isScope, needText, plainScopes } from '../../src/schemas/scope.ts';

test.each([
  ...plainScopes,
  'run:**',
  'run:companies/**',
  'run:companies/gemini/industry/infer',
  'run:*/gemini/*/infer',
  'run:--/a:b',
])('%s is a scope', (text) => {
  expect(isScope(text)).toBe(true);
});

test.each([
  '',
  'READ',
  'write',
  'run:',
  'run:/companies',
  'run:companies/',
  'run:companies//x',
  'run:companies/**/infer',
  'run:compan*',
  'run:a b',
  'run:%63',
  `run:${'a'.repeat(200)}`,
])('%j is none', (text) => {
  expect(isScope(text)).toBe(false);
});

describe('a key with scopes', () => {
  test.each([
    ['run:**', 'companies/gemini/industry/infer', true],
    ['run:companies/**', 'companies/gemini/industry/infer', true],
    ['run:companies/**', 'people/gemini/industry/infer', false],
    ['run:companies/**', 'companies', false],
    ['run:companies/**', 'companies2/a', false],
    ['run:companies/*/industry/infer', 'companies/gemini/industry/infer', true],
    ['run:companies/*/industry/infer', 'companies/a/b/industry/infer', false],
    ['run:companies/gemini/industry/infer', 'companies/gemini/industry/infer2', false],
    ['run:companies/gemini/industry/infer', 'companies/gemini/industryXinfer', false],
    ['read', 'companies/gemini/industry/infer', false],
    ['admin', 'companies/gemini/industry/infer', true],
    ['run:compan*', 'companies', false],
  ])('%s may call %s: %s', (scope, runPath, isAllowed) => {
    expect(grantsOf([scope])({ runPath })).toBe(isAllowed);
  });

  test('may do what one of them allows, and admin all', () => {
    const grants = grantsOf(['run:a/**', 'read']);
    expect([grants({ scope: 'read' }), grants({ runPath: 'a/b' })]).toEqual([true, true]);
    expect([grants({ scope: 'data:read' }), grants({ scope: 'admin' })]).toEqual([false, false]);
    for (const scope of plainScopes) expect(grantsOf(['admin'])({ scope })).toBe(true);
  });

  test('is told in words what it lacks', () => {
    expect([needText({ scope: 'read' }), needText({ runPath: 'a/b' })]).toEqual(['read', 'run:a/b']);
  });
});
