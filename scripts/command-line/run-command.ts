import { loadConfig } from '../../src/config/config.ts';
import { commandDatabaseUrl } from '../../src/db/command-connection.ts';
import { formatError } from '../../src/db/format-error.ts';
import { createDatabase } from '../../src/db/pool.ts';
import { type Command, type ReadingTask, type Task, UsageError } from './command.ts';
import { exitIfHelpRequested } from './help.ts';
import { readRegistry } from './read-registry.ts';

/**
 * Runs the subcommand given on the command line, on DATABASE_URL or the embedded database; one that only reads the
 * registry uses REGISTRY_DATABASE_URL if it is set. Errors are printed to stderr, with exit code 1.
 *
 * @param script its name in package.json: `npm run SCRIPT -- COMMAND …`.
 * @param purpose a sentence for the usage text.
 */
export async function runCommand(
  script: string,
  purpose: string,
  commands: ReadonlyMap<string, Command>,
): Promise<void> {
  const usage = usageText(script, purpose, commands);
  exitIfHelpRequested(usage);
  try {
    const [name = '', ...args] = process.argv.slice(2);
    const task = parseTask(usage, commands, name, args);
    if (typeof task === 'function') await run(task);
    else await task.withRegistry(() => readRegistry(loadConfig(process.env)));
  } catch (error) {
    console.error(formatError(error));
    process.exitCode = 1;
  }
}

function parseTask(
  usage: string,
  commands: ReadonlyMap<string, Command>,
  name: string,
  args: string[],
): Task | ReadingTask {
  try {
    const command = commands.get(name);
    if (command === undefined)
      throw new UsageError(name === '' ? 'A command is missing.' : `Unknown command "${name}".`);
    return command.parse(args);
  } catch (error) {
    throw new UsageError(`${formatError(error)}\n\n${usage}`, { cause: error });
  }
}

function usageText(script: string, purpose: string, commands: ReadonlyMap<string, Command>): string {
  const lines = [...commands.values()].flatMap(({ usage }) => usage.map((line) => `  ${line}`));
  return `Usage: npm run ${script} -- COMMAND …\n\n${purpose}\n\n${lines.join('\n')}`;
}

async function run(task: Task): Promise<void> {
  const { databaseUrl, databaseCaFile: caFile } = loadConfig(process.env);
  const url = await commandDatabaseUrl(databaseUrl);
  const db = createDatabase({ url, max: 1, caFile, observe: () => undefined });
  try {
    await task(db);
  } finally {
    await db.destroy();
  }
}
