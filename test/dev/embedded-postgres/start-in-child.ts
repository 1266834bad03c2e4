// Starts the embedded Postgres of the home given as argument, prints the result as one line of JSON, and closes it when
// its standard input ends: including when the test that spawned it has exited.
import { once } from 'node:events';
import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/embedded-postgres.ts';

const print = (result: unknown) => process.stdout.write(`${JSON.stringify(result)}\n`);

try {
  const postgres = await startEmbeddedPostgres({ home: process.argv[2] ?? '' });
  print(postgres);
  process.stdin.resume();
  await once(process.stdin, 'end');
  await postgres.close();
} catch (error) {
  print({ error: error instanceof Error ? error.message : String(error) });
}
