import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/config.ts';
import { type DatabaseRole, databaseRoles, grantStatements, rightsOf } from '../src/db/rights.ts';
import { type Program, runAsProcess } from './command-line/program.ts';

const usage = `Usage: npm run grants [-- gateway|operator|keys|migrator [ROLE]]

Prints the rights that each role needs in the database, as SQL for the owner of the tables:

  npm run -s grants -- gateway my_gateway | psql "$DATABASE_URL"`;

const purposes: Readonly<Record<DatabaseRole, string>> = {
  gateway: 'The gateway: the role in DATABASE_URL of npm start.',
  operator: 'Operators, who change rows, read the history and restore rows.',
  keys: 'Key administrators, who run npm run keys.',
  migrator:
    'The migrator, which runs npm run migrate and then owns the tables. It must already own an existing registry: alter table … owner to …',
};

/** `npm run grants`: prints the GRANT statements that each role needs. Changes nothing and needs no database. */
export const grantsProgram: Program = {
  usage,
  run: async ({ args, env, print }) => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const [wanted, roleName, ...others] = positionals;
    const roles = databaseRoles.filter((role) => wanted === undefined || role === wanted);
    if (roles.length === 0 || others.length > 0) throw new Error(`Unknown arguments.\n\n${usage}`);
    const { databaseUrl, registryTable } = loadConfig(env);
    const databaseName =
      databaseUrl === null ? undefined : decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
    const options = { registryTable, ...(databaseName !== undefined && { databaseName }) };
    const sections = roles.map((role) => {
      const statements = grantStatements(rightsOf(role, options), roleName ?? `rowgate_${role}`);
      return [`-- ${purposes[role]}`, ...statements].join('\n');
    });
    print(sections.join('\n\n'));
    return 0;
  },
};

if (import.meta.main) await runAsProcess(grantsProgram);
