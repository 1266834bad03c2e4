import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/config.ts';
import { formatError } from '../src/db/format-error.ts';
import { type DatabaseRole, databaseRoles, grantStatements, rightsOf } from '../src/db/rights.ts';
import { exitIfHelpRequested } from './command-line/help.ts';

/** `npm run grants`: prints the GRANT statements that each role needs. Changes nothing and needs no database. */
const usage = `Usage: npm run grants [-- gateway|operator|keys|migrator [ROLE]]

Prints the rights that each role needs in the database, as SQL for the owner of the tables:

  npm run -s grants -- gateway my_gateway | psql "$DATABASE_URL"`;

const purposes: Readonly<Record<DatabaseRole, string>> = {
  gateway: 'The gateway: the role in DATABASE_URL of npm start.',
  operator: 'Operators: who change rows, read the history and restore.',
  keys: 'Key administrators: who run npm run keys.',
  migrator:
    'The migrator: who runs npm run migrate, and owns the tables then. A registry that exists already must be its own: alter table … owner to …',
};

exitIfHelpRequested(usage);
try {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  const [wanted, roleName, ...others] = positionals;
  const roles = databaseRoles.filter((role) => wanted === undefined || role === wanted);
  if (roles.length === 0 || others.length > 0) throw new Error(`Unknown arguments.\n\n${usage}`);
  const { databaseUrl, registryTable } = loadConfig(process.env);
  const databaseName =
    databaseUrl === null ? undefined : decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  const options = { registryTable, ...(databaseName !== undefined && { databaseName }) };
  const sections = roles.map((role) => {
    const statements = grantStatements(rightsOf(role, options), roleName ?? `rowgate_${role}`);
    return [`-- ${purposes[role]}`, ...statements].join('\n');
  });
  console.log(sections.join('\n\n'));
} catch (error) {
  console.error(formatError(error));
  process.exitCode = 1;
}
