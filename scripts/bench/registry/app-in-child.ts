import { join } from 'node:path';
import { z } from 'zod';
import { type App, buildApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';

/** Settings of a child that builds the app in its own process. */
export const AppSettings = z.object({ databaseUrl: z.string(), home: z.string() });

/** The product without its listening socket, to look at the process from within. */
export async function appInChild({ databaseUrl, home }: z.output<typeof AppSettings>): Promise<App> {
  const config = loadConfig({
    DATABASE_URL: databaseUrl,
    AUTH: 'off',
    SNAPSHOT_PATH: join(home, 'snapshot.json'),
  });
  return buildApp({ config, home, subscribers: [], metrics: createMetrics() });
}
