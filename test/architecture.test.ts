import { execFile } from 'node:child_process';
import { copyFile, glob, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, posix, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const maxFiles = 21;
const maxLines = 250;

/** Folders with more files than that, and why. A reason that no longer applies fails the test. */
const largeFolders: Readonly<Record<string, string>> = {};

/** Files with more lines than that, and why. */
const longFiles: Readonly<Record<string, string>> = {
  'test/config/config.test.ts': 'Every variable of the environment, valid and invalid, in tables.',
  'test/db/listener/listener.test.ts':
    'One listener through every way in which a connection is lost; the tests share their servers.',
  'test/db/registry/registry-changes.test.ts':
    'Versions, NOTIFY and history under concurrent writers; the tests share their set-up.',
  'test/db/registry/registry-checks.test.ts':
    'Every spelling that the CHECK constraints accept or refuse, in one table.',
  'test/dev/embedded-postgres/embedded-postgres.test.ts':
    'The tests share one server, whose start takes seconds.',
  'test/dynamic/registry/saved/snapshot-file.test.ts':
    'Every way to write, cut, forge and refuse one file; the tests share the forger.',
  'test/e2e/registry/hostile-changes.test.ts':
    'Every way to break a registry that is served, on one gateway.',
  'test/lint-import-rules.test.ts': 'Every import rule, in one table.',
  'test/scripts/registry-command.test.ts': 'The subcommands share one database.',
};

type FolderRow = Readonly<{ folder: string; entryPoints: readonly string[]; mayImport: string }>;

/** The rows of the page's folder table. */
function folderRows(page: string): readonly FolderRow[] {
  const section = /^## Folders$(.*?)^## /ms.exec(page)?.[1] ?? '';
  return section.split('\n').flatMap((line) => {
    const [, folder = '', , entry = '', mayImport = ''] = line.split('|').map((cell) => cell.trim());
    const path = /^`(src[^`]*)`$/.exec(folder)?.[1];
    if (path === undefined) return [];
    const entryPoints = [...entry.replace(/\(.*?\)/g, '').matchAll(/`([^`]+)`/g)].map(
      ([, name = '']) => name,
    );
    return [{ folder: path, entryPoints, mayImport }];
  });
}

async function filesBelow(pattern: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const path of glob(pattern, {
    cwd: root,
    exclude: [
      '**/node_modules/**',
      'test/typed-client/generated-*/**',
      'test/client-generators/generated-*/**',
    ],
  })) {
    if (/\.\w+$/.test(path)) found.push(path);
  }
  return found.toSorted();
}

/** Whether a text that names `path` means this file: a path from the root or from src, or a bare file name. */
function isNamed(file: string, path: string): boolean {
  return path.includes('/') ? file === path || file === `src/${path}` : basename(file) === path;
}

/** Every folder above a file. */
function foldersOf(file: string): readonly string[] {
  const folder = dirname(file);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}

const page = await readFile(join(root, 'docs/architecture.md'), 'utf8');
const contributing = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8');
const security = await readFile(join(root, 'docs/security.md'), 'utf8');
const rows = folderRows(page);
const code = await filesBelow('{src,scripts,test}/**/*.{ts,js,css,json}');

describe('docs/architecture.md', () => {
  test('has a row for each folder of src, and for no other', async () => {
    const folders = new Set<string>();
    for (const entry of await readdir(join(root, 'src'), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) folders.add(relative(root, entry.parentPath));
      if (entry.isDirectory()) folders.add(relative(root, join(entry.parentPath, entry.name)));
    }
    expect(rows.map(({ folder }) => folder).toSorted()).toEqual([...folders].toSorted());
  });

  test.each(rows)('names entry points of $folder that are in that folder', ({ folder, entryPoints }) => {
    expect(code).toEqual(expect.arrayContaining(entryPoints.map((name) => posix.join(folder, name))));
  });

  test('says of each part what the linter lets it import', async () => {
    const parts = rows.filter(({ mayImport }) => mayImport !== '' && !mayImport.startsWith('everything'));
    expect(parts.length).toBeGreaterThan(10);
    const refused = await refusedImports(parts.map(({ folder }) => folder));
    for (const { folder, mayImport } of parts) {
      const allowed = new Set(targetsIn(mayImport));
      const expected = Object.keys(targets).filter(
        (target) => !allowed.has(target) && !isWithin(target, folder),
      );
      expect(refused.get(folder)?.toSorted(), folder).toEqual(expected.toSorted());
    }
  });
});

describe.each([
  ['docs/architecture.md', page],
  ['CONTRIBUTING.md', contributing],
  ['docs/security.md', security],
])('%s', (_, text) => {
  test('names files that exist', async () => {
    const known = [...code, ...(await filesBelow('migrations/*.sql'))];
    const plain = text.replaceAll(/<\/?(?:b|br)\/?>/g, ' ');
    // A name with a placeholder, such as <name>-command.ts, is not the name of a file.
    const named = [...plain.matchAll(/(?<![\w<>./-])[\w./-]*[\w-]\.(?:ts|sql)\b/g)].map(([path]) => path);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !known.some((file) => isNamed(file, path)))).toEqual([]);
  });

  test('names folders that exist', () => {
    const folders = new Set([...code, 'migrations/x', 'docs/decisions/x'].flatMap(foldersOf));
    const named = [...text.matchAll(/`([\w-][\w/-]*)\/`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((path) => !folders.has(path) && !folders.has(`src/${path}`))).toEqual([]);
  });
});

describe('the source', () => {
  test(`has at most ${maxFiles} files in a folder`, () => {
    const counts = Map.groupBy(code, dirname);
    const large = [...counts].filter(([, files]) => files.length > maxFiles).map(([folder]) => folder);
    expect(large.toSorted()).toEqual(Object.keys(largeFolders).toSorted());
  });

  test(`has at most ${maxLines} lines in a file`, async () => {
    const long: string[] = [];
    for (const file of code.filter((path) => !path.endsWith('.json'))) {
      const lines = (await readFile(join(root, file), 'utf8')).split('\n').length - 1;
      if (lines > maxLines) long.push(file);
    }
    expect(long.toSorted()).toEqual(Object.keys(longFiles).toSorted());
  });
});

/** A file of each part that another part could import. */
const targets: Readonly<Record<string, string>> = {
  'app.ts': 'src/app.ts',
  'main.ts': 'src/main.ts',
  'errors.ts': 'src/errors.ts',
  config: 'src/config/config.ts',
  schemas: 'src/schemas/verdict.ts',
  'json-schema': 'src/json-schema/json.ts',
  'observation.ts': 'src/observability/observation.ts',
  observability: 'src/observability/logger.ts',
  db: 'src/db/pool.ts',
  live: 'src/live/debounce.ts',
  auth: 'src/auth/gate.ts',
  server: 'src/server/http-server.ts',
  dynamic: 'src/dynamic/registry/store.ts',
  modal: 'src/modal/label.ts',
  api: 'src/api/probes/health.ts',
  dev: 'src/dev/simulator/simulator.ts',
};
const base = ['errors.ts', 'schemas', 'json-schema', 'observation.ts', 'observability'];

/** The targets that a cell of the column "may import" names before its first semicolon. */
function targetsIn(mayImport: string): readonly string[] {
  const words = (mayImport.split(';')[0] ?? '').split(',').map((word) => word.trim().replaceAll('`', ''));
  return words.flatMap((word) => {
    if (word === 'nothing') return [];
    if (word === 'base') return base;
    if (!(word in targets)) throw new Error(`The page names ${word}, which is not a part.`);
    return word === 'observability' ? ['observability', 'observation.ts'] : [word];
  });
}

/** Whether a target lies in the folder itself. */
function isWithin(target: string, folder: string): boolean {
  return dirname(targets[target] ?? '').startsWith(folder);
}

const Report = z.object({
  diagnostics: z.array(z.object({ message: z.string(), code: z.string(), filename: z.string() })),
});

/** What the linter does not let a file of each folder import, by the names of `targets`. */
async function refusedImports(folders: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const directory = await mkdtemp(join(tmpdir(), 'rowgate-architecture-'));
  try {
    await copyFile(join(root, '.oxlintrc.json'), join(directory, '.oxlintrc.json'));
    const refused = new Map<string, string[]>();
    const nameOf = new Map<string, string>();
    for (const folder of folders) {
      refused.set(folder, []);
      const imports = Object.entries(targets).map(([name, file], index) => {
        const path = posix.relative(folder, file);
        const specifier = path.startsWith('.') ? path : `./${path}`;
        nameOf.set(`${folder}:${specifier}`, name);
        return `import { a as a${index} } from '${specifier}';`;
      });
      await mkdir(join(directory, folder), { recursive: true });
      await writeFile(join(directory, folder, 'probe.ts'), `${imports.join('\n')}\n`);
    }
    const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
    const output = await run(process.execPath, [oxlint, '--format=json'], { cwd: directory }).then(
      ({ stdout }) => stdout,
      (error: unknown) => z.object({ stdout: z.string() }).parse(error).stdout,
    );
    for (const { message, code: rule, filename } of Report.parse(JSON.parse(output)).diagnostics) {
      if (rule !== 'eslint(no-restricted-imports)') continue;
      const folder = dirname(filename);
      const name = nameOf.get(`${folder}:${/'([^']+)'/.exec(message)?.[1] ?? ''}`);
      if (name !== undefined) refused.get(folder)?.push(name);
    }
    return refused;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
