import { loadConfig } from '../../src/config/config.ts';
import { commandDatabaseUrl } from '../../src/db/command-connection.ts';
import { formatError } from '../../src/db/format-error.ts';
import { createDatabase } from '../../src/db/pool.ts';
import { type Command, type ReadingTask, type Task, UsageError } from './command.ts';
import { readRegistry } from './read-registry.ts';

/**
 * Runs the subcommand that the command line names, on DATABASE_URL or on the embedded database; one that only reads the
 * registry, on REGISTRY_DATABASE_URL where that is set. What goes wrong is told in words on stderr, with exit code 1.
 *
 * @param script as npm knows it: `npm run SCRIPT -- SUBCOMMAND …`.
 */
export async function runCommand(script: string, commands: ReadonlyMap<string, Command>): Promise<void> {
  try {
    const [name = '', ...args] = process.argv.slice(2);
    const task = taskOf(script, commands, name, args);
    if (typeof task === 'function') await run(task);
    else await task.withRegistry(() => readRegistry(loadConfig(process.env)));
  } catch (error) {
    console.error(formatError(error));
    process.exitCode = 1;
  }
}

function taskOf(
  script: string,
  commands: ReadonlyMap<string, Command>,
  name: string,
  args: string[],
): Task | ReadingTask {
  try {
    const command = commands.get(name);
    if (command === undefined)
      throw new UsageError(name === '' ? 'Say what to do.' : `There is no "${name}".`);
    return command.parse(args);
  } catch (error) {
    throw new UsageError(`${formatError(error)}\n\n${usageOf(script, commands)}`, { cause: error });
  }
}

function usageOf(script: string, commands: ReadonlyMap<string, Command>): string {
  const lines = [...commands.values()].flatMap(({ usage }) => usage.map((line) => `  ${line}`));
  return `npm run ${script} -- …          on DATABASE_URL, or on the embedded database while npm start runs\n\n${lines.join('\n')}`;
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
