import { commandProgram } from './command-line/command-program.ts';
import { runAsProcess } from './command-line/program.ts';
import { createCommand } from './keys/create-command.ts';
import { listCommand } from './keys/list-command.ts';
import { revokeCommand } from './keys/revoke-command.ts';
import { rotateCommand } from './keys/rotate-command.ts';

/** `npm run keys -- COMMAND …`: creates, lists, rotates and revokes API keys. */
export const keysProgram = commandProgram(
  'keys',
  'Manages the API keys in DATABASE_URL or, while npm start runs here, in the embedded database.',
  new Map([
    ['create', createCommand],
    ['list', listCommand],
    ['rotate', rotateCommand],
    ['revoke', revokeCommand],
  ]),
);

if (import.meta.main) await runAsProcess(keysProgram);
