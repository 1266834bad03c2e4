import { runCommand } from './commands/run-command.ts';
import { createCommand } from './keys/create-command.ts';
import { listCommand } from './keys/list-command.ts';
import { revokeCommand } from './keys/revoke-command.ts';
import { rotateCommand } from './keys/rotate-command.ts';

/** `npm run keys -- SUBCOMMAND …`: makes, lists, rotates and revokes API keys. */
await runCommand(
  'keys',
  new Map([
    ['create', createCommand],
    ['list', listCommand],
    ['rotate', rotateCommand],
    ['revoke', revokeCommand],
  ]),
);
