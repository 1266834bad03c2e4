import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..', '..', 'client-generators');
const modules = join(project, 'node_modules');
const tool = (...path: readonly string[]): string => join(modules, ...path);
const generators = {
  'openapi-typescript': [tool('openapi-typescript', 'bin', 'cli.js'), 'openapi.json', '--output', 'paths.ts'],
  '@hey-api/openapi-ts': [
    tool('@hey-api', 'openapi-ts', 'bin', 'run.js'),
    '--input',
    'openapi.json',
    '--output',
    'hey-api',
    '--no-log-file',
  ],
  orval: [
    tool('orval', 'dist', 'bin', 'orval.mjs'),
    '--input',
    'openapi.json',
    '--output',
    'orval.ts',
    '--client',
    'fetch',
  ],
} as const;

export const generatorNames = ['openapi-typescript', '@hey-api/openapi-ts', 'orval'] as const;

/** Whether the generators are not installed, and what the name of a skipped suite says about it. */
export const noGenerators = !existsSync(tool('orval'));
export const skippedWhy = noGenerators ? ' (skipped: run npm ci in test/client-generators)' : '';

export type Ran = Readonly<{ code: number; output: string }>;

/** A directory in which clients are generated from a document and compiled, below test/client-generators for its modules. */
export type GeneratedClients = Readonly<{
  generate: (name: keyof typeof generators) => Promise<Ran>;
  /** Compiles a program of test/client-generators and all generated files. */
  compile: (program: string) => Promise<Ran>;
  [Symbol.asyncDispose]: () => Promise<void>;
}>;

export async function createGeneratedClients(document: string): Promise<GeneratedClients> {
  const directory = await mkdtemp(join(project, 'generated-'));
  await writeFile(join(directory, 'openapi.json'), document);
  const compilerOptions = {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'dom.iterable'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    types: [],
  };
  await writeFile(
    join(directory, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['**/*.ts'] }),
  );
  return {
    generate: (name) => runNode(directory, generators[name]),
    compile: async (program) => {
      await copyFile(join(project, program), join(directory, 'program.ts'));
      return runNode(directory, [tool('typescript', 'bin', 'tsc'), '--project', '.']);
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

function runNode(cwd: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...args], { cwd, maxBuffer: 16e6 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}
