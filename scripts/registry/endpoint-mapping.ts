import type { RegistryEntry } from '../../src/dynamic/registry/registry-entry.ts';
import { type Category, categories, categoryOf, categoryRules } from './endpoint-category.ts';
import { markdownCell } from './markdown-cell.ts';

/**
 * The mapping document of a registry, in Markdown: which function serves which endpoint, by category, and which rows are
 * not exposed. The same rows give the same text in any order.
 */
export function endpointMapping(entries: readonly RegistryEntry[]): string {
  const rows = entries.toSorted(bySlug);
  const endpoints = rows.flatMap(endpointsOf);
  const groups = Map.groupBy(endpoints, ({ category }) => category);
  const shown = categories.filter((category) => category !== 'other' || groups.has(category));
  const counts = shown.map((category) => `| ${category} | ${groups.get(category)?.length ?? 0} |`);
  return `# Endpoint mapping

<!-- Written by "npm run registry -- mapping" from the registry: edit the rows, not this file. -->

Which function serves which endpoint: ${endpoints.length} endpoints from ${rows.length} rows. Each endpoint is documented in
\`/openapi.json\`; \`npm run registry -- audit\` lists unusual rows.

| category | endpoints |
|---|---|
${counts.join('\n')}
| **total** | **${endpoints.length}** |

The first matching rule decides the category of an endpoint. The action is the last segment of its path; entity, provider and
type come from the row, or from the path if the row does not have them.

| category | rule |
|---|---|
${categoryRules.map(([category, rule]) => `| ${category} | ${rule} |`).join('\n')}

${[...shown.map((category) => endpointSection(category, groups.get(category) ?? [])), ...restSections(rows)].join('\n\n')}
`;
}

type Endpoint = Readonly<{ category: Category; cells: readonly string[] }>;

/** The endpoint of a row that is served; for a stale row, of the version that is served. */
function endpointsOf({ slug, definition, servedRow }: RegistryEntry): readonly Endpoint[] {
  if (definition === null || servedRow === null) return [];
  const { method, path, functionUrl } = definition;
  const { modal_function_name, modal_endpoint_url } = servedRow;
  const url = modal_endpoint_url ?? functionUrl.href;
  const cells = [slug, modal_function_name, url, `${method} ${path}`].map(markdownCell);
  return [{ category: categoryOf(servedRow, path), cells }];
}

function endpointSection(category: Category, endpoints: readonly Endpoint[]): string {
  const heading = `## ${category[0]?.toUpperCase()}${category.slice(1)} (${endpoints.length})`;
  if (endpoints.length === 0) return `${heading}\n\nNone.`;
  const head = ['workflow slug', 'Modal function', 'Modal URL', 'API endpoint'];
  return `${heading}\n\n${table([head, ...endpoints.map(({ cells }) => cells)])}`;
}

/** The rows that callers cannot reach, and why. */
function restSections(rows: readonly RegistryEntry[]): readonly string[] {
  const functionHead = ['workflow slug', 'Modal function', 'Modal URL'];
  const functionCells = ({ row }: RegistryEntry) =>
    [row.workflow_slug, row.modal_function_name, row.modal_endpoint_url].map(markdownCell);
  const reasonCells = ({ row, reasons }: RegistryEntry) => [
    markdownCell(row.workflow_slug),
    reasons.map(({ code }) => `\`${code}\``).join(', '),
  ];
  const section = (
    status: RegistryEntry['status'],
    title: string,
    head: readonly string[],
    cellsOf: (entry: RegistryEntry) => readonly string[],
  ): readonly string[] => {
    const entries = rows.filter((entry) => entry.status === status);
    if (entries.length === 0) return [];
    return [`## ${title} (${entries.length})\n\n${table([head, ...entries.map(cellsOf)])}`];
  };
  return [
    ...section('not_exposed', 'Not exposed: no api_endpoint_url', functionHead, functionCells),
    ...section('inactive', 'Inactive', functionHead, functionCells),
    ...section('rejected', 'Rejected: not served as written', ['workflow slug', 'reasons'], reasonCells),
  ];
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function bySlug(a: RegistryEntry, b: RegistryEntry): number {
  const [first, second] = [sortKey(a), sortKey(b)];
  return first < second ? -1 : Number(first > second);
}

/** Rows without a slug, or with the same slug, are sorted by the other values that the document shows. */
function sortKey({ slug, row, status }: RegistryEntry): string {
  return [slug, row.modal_function_name, row.modal_endpoint_url, status].join('\0');
}
