import { parseArgs } from 'node:util';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { readContractRows } from '../../src/db/registry/contracts.ts';
import { createBufferBudget } from '../../src/dynamic/call/limits/buffer-budget.ts';
import { createUpstream, type Upstream } from '../../src/dynamic/call/upstream/upstream.ts';
import { credentialsFor } from '../../src/modal/credentials.ts';
import { readOriginFile } from '../../src/dev/simulator/origin-file.ts';
import { quoted } from '../../src/json-schema/quoted.ts';
import { type Command, type Task, UsageError } from '../command-line/command.ts';
import { type Imported, importContract } from './contract/import-contract.ts';

/** The directory of the embedded database, where the simulator writes its origin. */
const embeddedHome = '.data';

const sentences: Readonly<Record<Imported['outcome'], string>> = {
  same: 'the row matches what the function publishes.',
  differs: 'the function publishes a different contract (+) than the row has (-); --write imports it.',
  written:
    'written. A new request_schema has contract_mode report: mismatches are only counted until you set enforce.',
  failed: 'no contract was imported:',
};

/** `contract`: compares and imports the contracts that functions publish. */
export const contractCommand: Command = {
  usage: [
    "contract SLUG                 compares a row's contract with what its function publishes (/openapi.json)",
    'contract --all                the same for every exposed row',
    '        … --write             writes the differences to the row; a request_schema with contract_mode report',
    '                              exit code 1 if a contract could not be compared or written',
  ],
  parse: (args) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { all: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
    });
    if (positionals.length !== (values.all ? 0 : 1))
      throw new UsageError('contract takes one slug or --all.');
    return contractTask(positionals[0] ?? null, values.write);
  },
};

function contractTask(slug: string | null, isWriting: boolean): Task {
  return async (db, { env, print, isColoured }) => {
    const config = loadConfig(env);
    const table = config.registryTable;
    const rows = await readContractRows(db, table, slug);
    if (slug !== null && rows.length !== 1)
      throw new Error(
        rows.length === 0
          ? `There is no row with the slug ${quoted(slug)}.`
          : `There are ${rows.length} rows with the slug ${quoted(slug)}: make it unique first.`,
      );
    const upstream = await openUpstream(config);
    try {
      const counts = { same: 0, differs: 0, written: 0, failed: 0 };
      for (const row of rows) {
        const options = { db, table, upstream, allowedHosts: config.allowedHosts, isWriting, isColoured };
        const imported = await importContract(options, row);
        counts[imported.outcome] += 1;
        print(lineOf(row.workflow_slug ?? '', imported));
      }
      if (slug === null) print(summary(counts));
      return counts.failed > 0 ? 1 : 0;
    } finally {
      await upstream.close();
    }
  };
}

/** Calls functions in the same way as the gateway that serves this registry. */
async function openUpstream({
  databaseUrl,
  connectTo,
  modalSimulator,
  modalCredentials,
}: Config): Promise<Upstream> {
  const standIn = modalSimulator && databaseUrl === null ? await readOriginFile(embeddedHome) : null;
  return createUpstream({
    connectTo: connectTo ?? standIn,
    credentialsFor: credentialsFor(modalCredentials),
    maxConnectionsPerOrigin: 1,
    budget: createBufferBudget(Infinity),
  });
}

function lineOf(slug: string, { outcome, text }: Imported): string {
  const line = `${quoted(slug)}: ${sentences[outcome]}`;
  if (outcome === 'failed') return `${line} ${text}.`.replace(/\.+$/, '.');
  return text === '' ? line : `${line}\n${text}`;
}

function summary({ same, differs, written, failed }: Readonly<Record<Imported['outcome'], number>>): string {
  return `${same} unchanged, ${differs} different, ${written} written, ${failed} failed.`;
}
