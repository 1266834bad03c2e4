import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = `
import { createLog } from ${JSON.stringify(import.meta.resolve('../../src/observability/logger.ts'))};
const { logger, end } = await createLog('info', false);
logger.info('before');
await Promise.all([end(60_000), end(60_000)]);
logger.info('after');
await end(60_000);
process.exit(3);`;

test('a log that several ends of the process end at once, and one again after a late line, throws nothing and lets it exit', async () => {
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  const { code, stdout, stderr } = await child.then(
    (output) => ({ ...output, code: 0 }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  expect(stdout).toContain('"msg":"before"');
  expect(stdout).not.toContain('"msg":"after"');
});
