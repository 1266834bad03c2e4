import { commandProgram } from './command-line/command-program.ts';
import { runAsProcess } from './command-line/program.ts';
import { auditCommand } from './registry/audit-command.ts';
import { checkCommand } from './registry/check-command.ts';
import { contractCommand } from './registry/contract-command.ts';
import { historyCommand } from './registry/history-command.ts';
import { mappingCommand } from './registry/mapping-command.ts';
import { restoreCommand } from './registry/restore-command.ts';

/** `npm run registry -- COMMAND …`: manages the registry in DATABASE_URL, or in the embedded database. */
export const registryProgram = commandProgram(
  'registry',
  'Manages the registry in DATABASE_URL or, while npm start runs here, in the embedded database.',
  new Map([
    ['audit', auditCommand],
    ['check', checkCommand],
    ['contract', contractCommand],
    ['history', historyCommand],
    ['mapping', mappingCommand],
    ['restore', restoreCommand],
  ]),
);

if (import.meta.main) await runAsProcess(registryProgram);
