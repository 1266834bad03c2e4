import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));

/** What `redocly lint` says about an OpenAPI document under its `recommended` rules: one line for each problem. */
export async function lint(document: string): Promise<Readonly<{ errors: string[]; warnings: string[] }>> {
  const directory = await mkdtemp(join(tmpdir(), 'rowgate-lint-'));
  try {
    await writeFile(join(directory, 'openapi.json'), document);
    const output = await run(directory, [
      'lint',
      'openapi.json',
      '--extends',
      'recommended',
      '--format',
      'json',
    ]);
    const { problems }: { problems: Problem[] } = JSON.parse(output);
    const ofSeverity = (severity: string): string[] =>
      problems.filter((problem) => problem.severity === severity).map(lineOf);
    return { errors: ofSeverity('error'), warnings: ofSeverity('warn') };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type Problem = Readonly<{
  severity: string;
  ruleId: string;
  message: string;
  location: readonly { pointer?: string }[];
}>;

function lineOf({ ruleId, message, location }: Problem): string {
  return `${ruleId}: ${message} (${location.map(({ pointer }) => pointer).join(', ')})`;
}

/** Without telemetry and update notices, so without network; it exits with 1 where it finds an error. */
function run(directory: string, args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_NOTIFICATIONS: 'true',
    CI: 'true',
  };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, ...args],
      { cwd: directory, env, maxBuffer: 64e6 },
      (error, stdout, stderr) => {
        if (stdout.startsWith('{')) resolve(stdout);
        else reject(new Error(`redocly lint gave no report: ${stderr.slice(0, 2000)}`, { cause: error }));
      },
    );
  });
}
