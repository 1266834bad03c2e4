import { describe, expect, test } from 'vitest';
import { errorKinds, type Problem } from '../src/errors.ts';
import { problemDocument } from '../src/problem-document.ts';
import { ProblemDocument } from '../src/schemas/api-shapes/problem.ts';

const context = { instance: '/run/a/b/c/d', requestId: 'req-1' };
const problem: Problem = { code: 'route_not_found', detail: 'No workflow is mounted at /run/a/b/c/d.' };

describe('problemDocument', () => {
  test('has the members of RFC 9457 and ours, and none that is empty', () => {
    expect(problemDocument(problem, context)).toStrictEqual({
      type: '/errors#route_not_found',
      title: 'No workflow at this path',
      status: 404,
      detail: 'No workflow is mounted at /run/a/b/c/d.',
      instance: '/run/a/b/c/d',
      code: 'route_not_found',
      request_id: 'req-1',
    });
  });

  test('names the workflow, the faults and whatever else the problem carries', () => {
    const errors = [{ pointer: '/domain', message: 'is missing' }];
    const document = problemDocument(
      { ...problem, errors, extra: { nearest: ['/run/x'] } },
      { ...context, workflowSlug: 'echo' },
    );
    expect(document).toMatchObject({ workflow_slug: 'echo', errors, nearest: ['/run/x'] });
  });

  test('keeps the cause and the headers to itself', () => {
    const cause = new Error('password=hunter2');
    const text = JSON.stringify(
      problemDocument({ ...problem, cause, headers: { 'x-internal': 'y' } }, context),
    );
    expect(text).not.toMatch(/hunter2|cause|headers|x-internal/);
  });

  test.each(Object.keys(errorKinds).filter((code): code is Problem['code'] => code in errorKinds))(
    'of %s is what the OpenAPI document says a problem is',
    (code) => {
      const document = problemDocument({ code, detail: 'It failed.' }, { ...context, workflowSlug: 'echo' });
      expect(ProblemDocument.strict().safeParse(document).success).toBe(true);
      expect(document.status).toBe(errorKinds[code].status);
    },
  );
});
