import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { allocateLargePages } from './test/helpers/run/large-pages.ts';
import { writeToMemory } from './test/helpers/run/memory-directory.ts';

allocateLargePages();
writeToMemory();

/** What needs a database, the whole product or child processes. */
const integration = [
  'test/api/**/*.test.ts',
  'test/db/**/*.test.ts',
  'test/dev/embedded-postgres/**/*.test.ts',
  'test/dynamic/http/refusals.test.ts',
  'test/e2e/**/*.test.ts',
  'test/dynamic/registry/saved/snapshot-file-killed.test.ts',
  'test/scripts/*.test.ts',
  'test/security/**/*.test.ts',
  'test/compile-cache.test.ts',
  'test/lint-import-rules.test.ts',
];

/**
 * Files share a worker and the modules loaded in it (`isolate: false`), and Node loads them as it does in production
 * (`viteModuleRunner: false`): loading the product anew for each of two hundred files took more of the processor than the tests
 * themselves. Most integration tests wait for a socket or for Postgres, so two workers run for each core. The timeouts end tests
 * that would wait forever; on a busy machine none is near them.
 */
export default defineConfig({
  test: {
    isolate: false,
    maxWorkers: Math.min(8, 2 * availableParallelism()),
    experimental: { viteModuleRunner: false },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...integration],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: integration,
          globalSetup: ['test/helpers/run/global-setup.ts'],
        },
      },
    ],
  },
});
