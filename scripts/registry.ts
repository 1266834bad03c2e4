import { loadConfig } from '../src/config.ts';
import { commandDatabaseUrl } from '../src/db/command-connection.ts';
import { wordsOf } from '../src/db/error-words.ts';
import { createDatabase } from '../src/db/pool.ts';
import { type Command, type Task, UsageError } from './registry/command.ts';
import { historyCommand } from './registry/history-command.ts';
import { restoreCommand } from './registry/restore-command.ts';

/** `npm run registry -- SUBCOMMAND …`: looks after the registry of DATABASE_URL, or of the embedded database. */
const commands: ReadonlyMap<string, Command> = new Map([
  ['history', historyCommand],
  ['restore', restoreCommand],
]);
const usage = `npm run registry -- …          on DATABASE_URL, or on the embedded database while npm start runs

${[...commands.values()].flatMap((command) => command.usage.map((line) => `  ${line}`)).join('\n')}`;

try {
  const [name = '', ...args] = process.argv.slice(2);
  const task = taskOf(name, args);
  const { databaseUrl, databaseCaFile } = loadConfig(process.env);
  await run(await commandDatabaseUrl(databaseUrl), databaseCaFile, task);
} catch (error) {
  console.error(wordsOf(error));
  process.exitCode = 1;
}

function taskOf(name: string, args: string[]): Task {
  try {
    const command = commands.get(name);
    if (command === undefined)
      throw new UsageError(name === '' ? 'Say what to do.' : `There is no "${name}".`);
    return command.parse(args);
  } catch (error) {
    throw new UsageError(`${wordsOf(error)}\n\n${usage}`, { cause: error });
  }
}

async function run(url: string, caFile: string | null, task: Task): Promise<void> {
  const db = createDatabase({ url, max: 1, caFile, observe: () => undefined });
  try {
    await task(db);
  } finally {
    await db.destroy();
  }
}
