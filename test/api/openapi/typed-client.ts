import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..', '..', 'typed-client');
const modules = join(project, 'node_modules');
const generator = join(modules, 'openapi-typescript', 'bin', 'cli.js');
const compiler = join(modules, 'typescript', 'bin', 'tsc');
const compilerOptions = {
  target: 'esnext',
  module: 'nodenext',
  lib: ['esnext', 'dom', 'dom.iterable'],
  types: ['node'],
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
};

export type Ran = Readonly<{ code: number; output: string }>;

/** A client project as somebody would have it: types generated from a document, and the programs of test/typed-client. */
export type ClientProject = Readonly<{
  compile: (program: string) => Promise<Ran>;
  run: (program: string, ...args: readonly string[]) => Promise<Ran>;
  [Symbol.asyncDispose]: () => Promise<void>;
}>;

/** In a directory below test/typed-client, so that its modules are found. */
export async function createClientProject(document: string): Promise<ClientProject> {
  const directory = await mkdtemp(join(project, 'generated-'));
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const run = (...args: readonly string[]): Promise<Ran> => runNode(directory, args);
  await writeFile(join(directory, 'openapi.json'), document);
  for (const program of ['program.ts', 'missing-field.ts']) {
    await copyFile(join(project, program), join(directory, program));
  }
  const generated = await run(generator, 'openapi.json', '--output', 'paths.ts');
  if (generated.code !== 0) throw new Error(`No types were generated: ${generated.output}`);
  const owned = opened.move();
  return {
    compile: async (program) => {
      const config = { compilerOptions, files: [program] };
      await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config));
      return run(compiler, '--project', '.');
    },
    run: (program, ...args) => run(program, ...args),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function runNode(cwd: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 16e6 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}
