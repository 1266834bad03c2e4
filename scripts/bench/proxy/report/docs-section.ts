import { markdownTable, type Table } from '../../report.ts';

const begin = '<!-- Written by npm run bench -- --write: begin -->';
const end = '<!-- Written by npm run bench -- --write: end -->';

/** The measured part of docs/performance.md. */
export function docsSection(introduction: string, tables: readonly Table[]): string {
  return [introduction, ...tables.map(markdownTable)].join('\n\n');
}

/**
 * Puts a section between the markers of a document.
 *
 * @throws where the document does not have both.
 */
export function withSection(document: string, section: string): string {
  const [start, stop] = [document.indexOf(begin), document.indexOf(end)];
  if (start === -1 || stop < start) throw new Error(`The document lacks ${begin} … ${end}.`);
  return `${document.slice(0, start + begin.length)}\n\n${section}\n\n${document.slice(stop)}`;
}
