import { describe, expect, test } from 'vitest';
import { invisibleCharacter } from '../../src/schemas/invisible-character.ts';
import { parseRow } from '../../src/schemas/parse-row.ts';
import { echoRow, type TestRow } from '../helpers/rows.ts';

const parse = (over: TestRow) =>
  parseRow(echoRow(over), { allowedHosts: ['*.modal.run'], labelMismatch: () => null });
const messagesOf = (over: TestRow) => {
  const verdict = parse(over);
  const reasons = verdict.status === 'rejected' ? verdict.reasons : [];
  return [...reasons, ...verdict.warnings].map(({ message }) => message);
};

describe('a character that people cannot see', () => {
  test.each([
    ['\u200b', 'U+200B'],
    ['\u00ad', 'U+00AD'],
    ['\u202e', 'U+202E'],
    ['\u2066', 'U+2066'],
    ['\ufeff', 'U+FEFF'],
    ['\u00a0', 'U+00A0'],
    ['\u3000', 'U+3000'],
    ['\u2028', 'U+2028'],
    ['\u3164', 'U+3164'],
    ['\ufe0f', 'U+FE0F'],
    ['\u{e0041}', 'U+E0041'],
    ['\u2800', 'U+2800'],
  ])('is a warning inside a slug, which is served: %j', (character, name) => {
    const verdict = parse({ workflow_slug: `h😀e${character}llo` });
    expect(verdict).toMatchObject({
      status: 'routable',
      definition: { slug: `h😀e${character}llo` },
      warnings: [{ code: 'slug_invisible_character', column: 'workflow_slug' }],
    });
    expect(verdict.warnings[0]?.message).toContain(`invisible character ${name} at position 4.`);
  });

  test('is no warning at the ends of a slug, where it is ignored', () => {
    expect(messagesOf({ workflow_slug: '\u200bhello\u2060' })).toEqual([]);
  });

  test('is named in a path and in the URL of a function, which are rejected', () => {
    expect(messagesOf({ api_endpoint_url: '/run/companies/he\u200bllo' })).toEqual([
      expect.stringContaining('has the invisible character U+200B at position 3.'),
    ]);
    expect(messagesOf({ modal_endpoint_url: 'https://de\u00admo--a.modal.run' })).toEqual([
      expect.stringContaining('it has the invisible character U+00AD at position 11.'),
    ]);
  });

  test.each(['hello', 'hello world', 'größe', '株式会社', '😀', 'e\u0301'])('is not found in %j', (text) => {
    expect(invisibleCharacter(text)).toBeNull();
  });
});
