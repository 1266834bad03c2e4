import { loadConfig } from '../../src/config/config.ts';
import { commandDatabaseUrl } from '../../src/db/command-connection.ts';
import { formatError } from '../../src/db/format-error.ts';
import { createDatabase } from '../../src/db/pool.ts';
import { type Command, type ReadingTask, type Task, UsageError } from './command.ts';
import type { CommandLine, ExitCode, Program } from './program.ts';
import { readRegistry } from './read-registry.ts';

/**
 * The program whose first argument names one of these subcommands. It runs on DATABASE_URL or the embedded database; one
 * that only reads the registry uses REGISTRY_DATABASE_URL if it is set.
 *
 * @param script its name in package.json: `npm run SCRIPT -- COMMAND …`.
 * @param purpose a sentence for the usage text.
 */
export function commandProgram(
  script: string,
  purpose: string,
  commands: ReadonlyMap<string, Command>,
): Program {
  const usage = usageText(script, purpose, commands);
  return {
    usage,
    run: async (line) => {
      const [name = '', ...args] = line.args;
      const task = parseTask(usage, commands, name, args);
      if (typeof task === 'function') return run(task, line);
      return task.withRegistry(() => readRegistry(loadConfig(line.env)), line);
    },
  };
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

async function run(task: Task, line: CommandLine): Promise<ExitCode> {
  const { databaseUrl, databaseCaFile: caFile } = loadConfig(line.env);
  const url = await commandDatabaseUrl(databaseUrl);
  const db = createDatabase({ url, max: 1, caFile, observe: () => undefined });
  try {
    return await task(db, line);
  } finally {
    await db.destroy();
  }
}
