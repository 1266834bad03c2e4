import { describe, expect, it } from 'vitest';
import { blockBytes, createLineBatch } from '../../src/observability/line-batch.ts';
import { until } from '../helpers/until.ts';

function batch() {
  const blocks: string[] = [];
  return { blocks, ...createLineBatch((block) => blocks.push(block.toString())) };
}

describe('lines of the log', () => {
  it('are written in their order, together, when a block is full', () => {
    const { blocks, add, addAscii, flush } = batch();
    const lines = Array.from({ length: 600 }, (_, index) => `${index} ${'x'.repeat(index)}\n`);
    for (const [index, line] of lines.entries()) (index % 2 === 0 ? add : addAscii)(line);
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.length).toBeLessThan(5);
    flush();
    expect(blocks.join('')).toBe(lines.join(''));
  });

  it('are written after a moment where no more come', async () => {
    const { blocks, addAscii } = batch();
    addAscii('one\n');
    addAscii('two\n');
    expect(blocks).toEqual([]);
    await until('the block is written', () => blocks.length > 0);
    expect(blocks).toEqual(['one\ntwo\n']);
    addAscii('three\n');
    await until('the next is written', () => blocks.length > 1);
    expect(blocks[1]).toBe('three\n');
  });

  it('are whole and in their order where one is longer than a block', () => {
    const { blocks, add, addAscii, flush } = batch();
    const long = `${'y'.repeat(blockBytes)}\n`;
    add('é\n');
    addAscii(long);
    add(long);
    add('end\n');
    flush();
    expect(blocks.join('')).toBe(`é\n${long}${long}end\n`);
  });

  it('do not change once they are handed over', () => {
    const { blocks } = batch();
    const handed: Buffer[] = [];
    const { addAscii, flush } = createLineBatch((block) => handed.push(block));
    addAscii('first\n');
    flush();
    addAscii('other\n');
    flush();
    blocks.push(...handed.map(String));
    expect(blocks).toEqual(['first\n', 'other\n']);
  });
});
