import { text } from 'node:stream/consumers';
import pg from 'pg';
import { loadConfig } from '../src/config/config.ts';
import { commandDatabaseUrl } from '../src/db/command-connection.ts';
import { formatError } from '../src/db/format-error.ts';
import { connectionConfig } from '../src/db/pool.ts';
import { exitIfHelpRequested } from './command-line/help.ts';

/** `npm run sql -- "select …"`: runs SQL on Rowgate's database and prints the rows; for machines without psql. */
const usage = `Usage: npm run sql -- "select 1"
       npm run sql < file.sql

Runs SQL on DATABASE_URL or, while npm start runs here, on the embedded database, and prints the rows.`;

exitIfHelpRequested(usage);
try {
  const { databaseUrl, databaseCaFile } = loadConfig(process.env);
  const given = process.argv.slice(2).join(' ');
  const statement = given === '' && !process.stdin.isTTY ? await text(process.stdin) : given;
  if (statement.trim() === '') throw new Error(usage);
  await run(await commandDatabaseUrl(databaseUrl), databaseCaFile, statement);
} catch (error) {
  console.error(formatError(error));
  process.exitCode = 1;
}

/** JSON as it is written, since console.table shows objects in a row as `[Object]`. */
function shownRow(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, shown(value)]));
}

function shown(value: unknown): unknown {
  const isJson = typeof value === 'object' && value !== null && !(value instanceof Date);
  return isJson && !Buffer.isBuffer(value) ? JSON.stringify(value) : value;
}

async function run(url: string, caFile: string | null, statement: string): Promise<void> {
  const client = new pg.Client(connectionConfig(url, caFile));
  client.on('notice', ({ severity, message, hint }) => {
    console.error([`${severity}: ${message}`, ...(hint === undefined ? [] : [hint])].join('\n'));
  });
  await client.connect();
  try {
    const results: pg.QueryResult[] = [await client.query(statement)].flat();
    for (const { rows, command, rowCount } of results) {
      if (rows.length > 0) console.table(rows.map(shownRow));
      console.log(`${command} ${rowCount ?? ''}`.trim());
    }
  } finally {
    await client.end();
  }
}
