import { expect, test } from 'vitest';
import { barChart } from '../../../scripts/bench/proxy/report/chart.ts';
import { withSection } from '../../../scripts/bench/proxy/report/docs-section.ts';
import { turned } from '../../../scripts/bench/proxy/run-rounds.ts';

const begin = '<!-- Written by npm run bench -- --write: begin -->';
const end = '<!-- Written by npm run bench -- --write: end -->';

test('a section takes the place of the one before and leaves the rest', () => {
  const document = `# Title\n\n${begin}\n\nold\n\n${end}\n\nrest\n`;
  const written = withSection(document, 'new');
  expect(written).toBe(`# Title\n\n${begin}\n\nnew\n\n${end}\n\nrest\n`);
  expect(withSection(written, 'new')).toBe(written);
});

test('a document without markers is not touched', () => {
  expect(() => withSection('# Title', 'new')).toThrow('lacks');
});

test('the chart escapes what it shows and names what was not measured', () => {
  const svg = barChart({
    title: 'a < b & c',
    unit: 'µs',
    series: ['plain', 'TLS'],
    lines: [{ title: 'node:http & undici', isOurs: false, values: [{ median: 10, low: 9, high: 12 }, null] }],
  });
  expect(svg).toContain('a &lt; b &amp; c');
  expect(svg).toContain('node:http &amp; undici');
  expect(svg).toContain('10 µs');
  expect(svg).toContain('not measured');
});

test('every peer is measured once a round, each round in another order', () => {
  const orders = [0, 1, 2, 3].map((round) => turned(['a', 'b', 'c'], round).join(''));
  expect(orders).toEqual(['abc', 'acb', 'cab', 'cba']);
});
