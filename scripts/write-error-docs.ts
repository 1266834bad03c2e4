import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitIfHelpRequested } from './command-line/help.ts';
import { type ErrorKind, errorKinds } from '../src/errors.ts';
import { problemContentType, problemDocument } from '../src/problem-document.ts';

const usage = `Usage: node scripts/write-error-docs.ts

Writes docs/errors.md from the table of errors in src/errors.ts.`;

/** The file that `node scripts/write-error-docs.ts` generates from the table of errors in src/errors.ts. */
export const errorDocsFile = join(import.meta.dirname, '..', 'docs', 'errors.md');

const example = problemDocument(
  {
    code: 'route_not_found',
    detail:
      'No workflow is mounted at /run/companies/gemini/industy/infer. Did you mean /run/companies/gemini/industry/infer?',
    extra: { nearest: ['/run/companies/gemini/industry/infer'] },
  },
  { instance: '/run/companies/gemini/industy/infer', requestId: 'b2a96e0c-52a5-4f4c-8a2f-3e0f9f6d3c11' },
);

/** The text of docs/errors.md. */
export function errorDocs(): string {
  const kinds: [string, ErrorKind][] = Object.entries(errorKinds);
  const rows = kinds.map(
    ([code, { status, title, remedy }]) => `| \`${code}\` | ${status} | ${cell(title)} | ${cell(remedy)} |`,
  );
  return `# Errors

<!-- Written by "node scripts/write-error-docs.ts" from src/errors.ts and src/call-errors.ts: edit those files. -->

Every error that Rowgate itself returns is a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)),
\`content-type: ${problemContentType}\`. Errors of a function are passed on unchanged: an error body without a
\`code\` from this list is the function's own.

\`\`\`json
${JSON.stringify(example, null, 2)}
\`\`\`

- \`code\` is stable: match on it, not on \`title\` or \`detail\`.
- \`detail\` explains in one sentence what happened to this request.
- \`request_id\` is also in the \`X-Request-Id\` header and in Rowgate's log.
- \`workflow_slug\` is the row's slug, if the request matched a row.
- \`errors\` lists each invalid part of a request: \`parameter\` or \`pointer\` (a JSON pointer into the body), and
  \`message\`.

A running Rowgate serves the same list at \`/errors\`, which each \`type\` links to.

| code | status | title | what to do |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** Escapes text for a cell of a Markdown table. */
function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}

if (import.meta.main) {
  exitIfHelpRequested(usage);
  await writeFile(errorDocsFile, errorDocs());
}
