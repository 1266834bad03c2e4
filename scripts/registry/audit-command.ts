import { parseArgs } from 'node:util';
import { auditOf } from '../../src/dynamic/registry/audit/audit.ts';
import type { Command } from '../command-line/command.ts';
import { auditText } from './audit-text.ts';

/** `audit`: lists what is wrong, unusual or missing in a registry. Exit code 1 if there is an error. */
export const auditCommand: Command = {
  usage: [
    'audit                         lists what is wrong, unusual or missing in the registry of',
    '                              REGISTRY_DATABASE_URL, else of DATABASE_URL; exit code 1 if there is an error',
    'audit --json                  the same, as one JSON object',
  ],
  parse: (args) => {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
    return {
      withRegistry: async (readRegistry, { print, isColoured }) => {
        const { entries } = await readRegistry();
        const findings = auditOf(entries);
        print(
          values.json
            ? JSON.stringify({ findings }, null, 2)
            : auditText(findings, entries.length, isColoured),
        );
        return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
      },
    };
  },
};
