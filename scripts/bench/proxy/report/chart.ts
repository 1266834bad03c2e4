import type { Median } from '../../statistics.ts';

/** One line of the chart: a value for each series, in the order of the series; null where it was not measured. */
export type ChartLine = Readonly<{ title: string; isOurs: boolean; values: readonly (Median | null)[] }>;

export type Chart = Readonly<{
  title: string;
  unit: string;
  series: readonly string[];
  lines: readonly ChartLine[];
}>;

const width = 760;
const labelWidth = 200;
const valueWidth = 60;
const barHeight = 13;
const barGap = 3;
const lineGap = 14;
const top = 74;
const plotWidth = width - labelWidth - valueWidth - 20;

/** Horizontal bars with their intervals, as an SVG that is readable on light and dark pages alike. */
export function barChart({ title, unit, series, lines }: Chart): string {
  const highest = Math.max(...lines.flatMap(({ values }) => values.map((value) => value?.high ?? 0)));
  const scale = plotWidth / highest;
  const lineHeight = series.length * (barHeight + barGap) + lineGap;
  const height = top + lines.length * lineHeight + 10;
  const drawn = lines.flatMap(({ title: label, isOurs, values }, index) => {
    const y = top + index * lineHeight;
    const middle = y + (lineHeight - lineGap) / 2;
    return [
      text(labelWidth - 10, middle + 3, label, `label${isOurs ? ' ours' : ''}`),
      ...values.flatMap((value, at) => bar(value, y + at * (barHeight + barGap), `series-${at}`)),
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>${style}</style>
<rect class="page" width="${width}" height="${height}" rx="6"/>
${text(20, 28, title, 'title')}
${series.map((name, at) => legend(name, at)).join('\n')}
${drawn.join('\n')}
</svg>
`;

  function bar(value: Median | null, y: number, name: string): readonly string[] {
    if (value === null) return [text(labelWidth + 4, y + barHeight - 3, 'not measured', 'value')];
    const [length, low, high] = [value.median, value.low, value.high].map((number) => fixed(number * scale));
    const middle = y + barHeight / 2;
    return [
      `<rect class="${name}" x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="2"/>`,
      `<path class="interval" d="M${labelWidth + Number(low)} ${middle}H${labelWidth + Number(high)}"/>`,
      text(labelWidth + Number(high) + 6, y + barHeight - 3, `${Math.round(value.median)} ${unit}`, 'value'),
    ];
  }
}

function legend(name: string, at: number): string {
  const x = labelWidth + at * 170;
  return `<rect class="series-${at}" x="${x}" y="44" width="12" height="12" rx="2"/>${text(x + 18, 54, name, 'value')}`;
}

function text(x: number, y: number, content: string, name: string): string {
  return `<text class="${name}" x="${fixed(x)}" y="${fixed(y)}">${escaped(content)}</text>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const style = `
text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
.page { fill: #ffffff; }
.title { font-size: 15px; font-weight: 600; }
.label { text-anchor: end; }
.ours { font-weight: 700; }
.value { fill: #59636e; }
.series-0 { fill: #0969da; }
.series-1 { fill: #bc4c00; }
.interval { stroke: #1f2328; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .page { fill: #0d1117; }
  .value { fill: #9198a1; }
  .series-0 { fill: #4493f8; }
  .series-1 { fill: #db8a4b; }
  .interval { stroke: #f0f6fc; }
}`;
