import pg from 'pg';
import { loadConfig } from '../src/config/config.ts';
import { commandDatabaseUrl } from '../src/db/command-connection.ts';
import { connectionConfig } from '../src/db/pool.ts';
import { printable } from './command-line/printable.ts';
import { type CommandLine, type Program, runAsProcess } from './command-line/program.ts';
import { tableText } from './command-line/table.ts';

const usage = `Usage: npm run sql -- "select 1"
       npm run sql < file.sql

Runs SQL on DATABASE_URL or, while npm start runs here, on the embedded database, and prints the rows.`;

/** `npm run sql -- "select …"`: runs SQL on Rowgate's database and prints the rows; for machines without psql. */
export const sqlProgram: Program = {
  usage,
  run: async (line) => {
    const { databaseUrl, databaseCaFile } = loadConfig(line.env);
    const given = line.args.join(' ');
    const statement = given === '' ? ((await line.readInput()) ?? '') : given;
    if (statement.trim() === '') throw new Error(usage);
    await execute(await commandDatabaseUrl(databaseUrl), databaseCaFile, statement, line);
    return 0;
  },
};

async function execute(
  url: string,
  caFile: string | null,
  statement: string,
  { print, printError }: CommandLine,
): Promise<void> {
  const client = new pg.Client(connectionConfig(url, caFile));
  client.on('notice', ({ severity, message, hint }) => {
    printError([`${severity}: ${message}`, ...(hint === undefined ? [] : [hint])].join('\n'));
  });
  await client.connect();
  try {
    const results: pg.QueryArrayResult[] = [await client.query({ text: statement, rowMode: 'array' })].flat();
    for (const { fields, rows, command, rowCount } of results) {
      const names = fields.map(({ name }) => name);
      if (rows.length > 0) print(tableText([names, ...rows.map((row) => row.map(shown))]));
      print(`${command} ${rowCount ?? ''}`.trim());
    }
  } finally {
    await client.end();
  }
}

/** A value on one line: JSON as JSON text, times as ISO 8601, null as `null` (psql shows nothing). */
function shown(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}

if (import.meta.main) await runAsProcess(sqlProgram);
