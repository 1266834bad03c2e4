// Starts the embedded Postgres of the home given as argument, tells the result in one line of JSON, and closes it when
// its standard input ends: so also when the test that spawned it is gone.
import { once } from 'node:events';
import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/embedded-postgres.ts';

const tell = (result: unknown) => process.stdout.write(`${JSON.stringify(result)}\n`);

try {
  const postgres = await startEmbeddedPostgres({ home: process.argv[2] ?? '' });
  tell(postgres);
  process.stdin.resume();
  await once(process.stdin, 'end');
  await postgres.close();
} catch (error) {
  tell({ error: error instanceof Error ? error.message : String(error) });
}
