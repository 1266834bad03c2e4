import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Command, UsageError } from '../command-line/command.ts';
import { demoSnapshot } from './demo-snapshot.ts';
import { endpointMapping } from './endpoint-mapping.ts';

/** The committed document, which describes the demo registry. */
export const mappingFile = join(import.meta.dirname, '..', '..', 'docs', 'api', 'ENDPOINT_MAPPING.md');

/** `mapping`: writes which function serves which endpoint, or checks that the file is up to date. */
export const mappingCommand: Command = {
  usage: [
    'mapping [--out FILE]          writes docs/api/ENDPOINT_MAPPING.md: which function serves which endpoint',
    'mapping --check               does not write; exit code 1 if that file is out of date',
    '        … --demo              for the demo registry, without a database',
  ],
  parse: (args) => {
    const { values } = parseArgs({
      args,
      options: {
        out: { type: 'string' },
        check: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
      },
    });
    const { out, check, demo } = values;
    if (check && out !== undefined)
      throw new UsageError('mapping takes either --out or --check: --check writes nothing.');
    return {
      withRegistry: async (readRegistry, { print }) => {
        const { entries, table } = await (demo ? demoSnapshot() : readRegistry());
        const text = endpointMapping(entries);
        if (check) await requireUpToDate(mappingFile, text);
        else await write(out ?? mappingFile, text);
        print(
          `${out ?? mappingFile} ${check ? 'is up to date' : 'was written'}; endpoints: ${table.size}, rows: ${entries.length}.`,
        );
        return 0;
      },
    };
  },
};

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** @throws Error with the first line that differs. */
async function requireUpToDate(file: string, text: string): Promise<void> {
  const written = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const lines = text.split('\n');
  const count = Math.max(written.length, lines.length);
  const first = Array.from({ length: count }).findIndex((_, index) => written[index] !== lines[index]);
  if (first === -1) return;
  throw new Error(
    `${file} is out of date from line ${first + 1}: the registry has changed. Write it again with "npm run registry -- mapping" (with --demo for the demo registry).`,
  );
}
