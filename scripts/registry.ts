import { runCommand } from './commands/run-command.ts';
import { auditCommand } from './registry/audit-command.ts';
import { contractCommand } from './registry/contract-command.ts';
import { historyCommand } from './registry/history-command.ts';
import { mappingCommand } from './registry/mapping-command.ts';
import { restoreCommand } from './registry/restore-command.ts';

/** `npm run registry -- SUBCOMMAND …`: looks after the registry of DATABASE_URL, or of the embedded database. */
await runCommand(
  'registry',
  new Map([
    ['audit', auditCommand],
    ['contract', contractCommand],
    ['history', historyCommand],
    ['mapping', mappingCommand],
    ['restore', restoreCommand],
  ]),
);
