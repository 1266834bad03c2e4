import { describe, expect, test } from 'vitest';
import type { RowVerdict } from '../../../src/schemas/parse-row.ts';
import { snapshotOf, verdictOf } from './rows.ts';

/** The warnings for sharing in a snapshot of these rows, by slug. */
function sharingOf(verdicts: readonly RowVerdict[]) {
  const { entries, bySlug } = snapshotOf('1', verdicts);
  for (const entry of entries) expect(bySlug.get(entry.slug)).toBe(entry);
  return new Map(
    entries.flatMap(({ slug, warnings }) =>
      warnings.filter(({ code }) => code === 'function_url_shared').map((warning) => [slug, warning]),
    ),
  );
}

describe('rows that share a function URL', () => {
  const shared = { modal_endpoint_url: 'https://shared.modal.run' };

  test('are both warned, each of the other', () => {
    const warnings = sharingOf([verdictOf('b', shared), verdictOf('a', shared), verdictOf('c')]);
    expect([...warnings.keys()].toSorted()).toEqual(['a', 'b']);
    expect(warnings.get('a')).toMatchObject({ code: 'function_url_shared', other_slug: 'b' });
    expect(warnings.get('b')).toMatchObject({ column: 'modal_endpoint_url', other_slug: 'a' });
  });

  test('are all warned where they are three, and none of itself', () => {
    const warnings = sharingOf(['c', 'a', 'b'].map((slug) => verdictOf(slug, shared)));
    expect(warnings.size).toBe(3);
    for (const [slug, { other_slug: other, message }] of warnings) {
      expect(other).not.toBe(slug);
      expect(message).toContain('3 rows');
    }
  });

  test('are recognised in another spelling of the URL', () => {
    const spelled = { modal_endpoint_url: 'https://SHARED.modal.run/' };
    expect(sharingOf([verdictOf('a', shared), verdictOf('b', spelled)]).size).toBe(2);
  });

  test.each([
    ['path', 'https://shared.modal.run/v2'],
    ['query', 'https://shared.modal.run?v=2'],
  ])('are none where the %s differs', (_, url) => {
    const other = { modal_endpoint_url: url };
    expect(sharingOf([verdictOf('a', shared), verdictOf('b', other)]).size).toBe(0);
  });

  test('are counted as warned once, whatever else they are warned of', () => {
    const odd = verdictOf('b', { ...shared, coalesces_to_core: true });
    expect(snapshotOf('1', [verdictOf('a', shared), odd, verdictOf('c')]).counts.warned).toBe(2);
  });

  test('are none where the other one is not served', () => {
    const inactive = verdictOf('b', { ...shared, is_active: false });
    expect(sharingOf([verdictOf('a', shared), inactive]).size).toBe(0);
  });
});
