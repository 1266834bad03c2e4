import { expect, test } from 'vitest';
import { formatError } from '../../src/db/format-error.ts';

const withCode = (message: string, members: object) => Object.assign(new Error(message), members);

test('an error of Postgres is reported with its detail and hint, and what to do', () => {
  const error = withCode('duplicate key', {
    code: '23505',
    detail: 'Key (a)=(1) exists.',
    hint: 'Use another.',
  });
  expect(formatError(error)).toBe('duplicate key\nDETAIL: Key (a)=(1) exists.\nHINT: Use another.');
  expect(formatError(withCode('password authentication failed', { code: '28P01' }))).toMatch(
    /failed\nThe user or the password/,
  );
});

test('a refused connection is reported also where it comes without a message', () => {
  const refused = withCode('connect ECONNREFUSED ::1:1', { code: 'ECONNREFUSED' });
  expect(formatError(new AggregateError([refused], ''))).toMatch(
    /ECONNREFUSED ::1:1\nThe database does not respond/,
  );
});

test('anything else is reported as it is', () => {
  expect(formatError('odd')).toBe('odd');
  expect(formatError(new Error('plain'))).toBe('plain');
});
