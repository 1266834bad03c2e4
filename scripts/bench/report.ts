/** One line of a table: column to value. */
export type Line = Readonly<Record<string, string | number>>;

export type Table = Readonly<{ title: string; lines: readonly Line[] }>;

/** A measured figure and its target: `limit` is the maximum allowed. */
export type Figure = Readonly<{ what: string; measured: number; limit: number; unit: string }>;

export type PartResult = Readonly<{ tables: readonly Table[]; figures: readonly Figure[] }>;

/** A table as aligned text: the first column to the left, the others to the right. */
export function renderTable({ title, lines }: Table): string {
  const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  const cells = [columns, ...lines.map((line) => columns.map((column) => textOf(line[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const rendered = cells.map((row) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [title, '', rendered[0], rule, ...rendered.slice(1), ''].join('\n');
}

/** A table as Markdown, under its title. */
export function markdownTable({ title, lines }: Table): string {
  const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    row(columns),
    row(columns.map(() => '---')),
    ...lines.map((line) => row(columns.map((column) => textOf(line[column])))),
  ].join('\n');
}

export function figuresTable(figures: readonly Figure[]): Table {
  return {
    title: 'Figures to reach',
    lines: figures.map(({ what, measured, limit, unit }) => ({
      figure: what,
      measured: `${textOf(measured)} ${unit}`,
      limit: `${limit} ${unit}`,
      verdict: measured <= limit ? 'met' : 'MISSED',
    })),
  };
}

/** Three significant digits are what such a measurement is worth. */
function textOf(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value));
  return value.toPrecision(3);
}

/** Progress, apart from the results. */
export function progress(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`);
}
