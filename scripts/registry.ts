import { runCommand } from './commands/run-command.ts';
import { contractCommand } from './registry/contract-command.ts';
import { historyCommand } from './registry/history-command.ts';
import { restoreCommand } from './registry/restore-command.ts';

/** `npm run registry -- SUBCOMMAND …`: looks after the registry of DATABASE_URL, or of the embedded database. */
await runCommand(
  'registry',
  new Map([
    ['contract', contractCommand],
    ['history', historyCommand],
    ['restore', restoreCommand],
  ]),
);
