import { execFile } from 'node:child_process';
import { copyFile, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

/** What each house may not and may import: docs/architecture.md, "Who may import whom". */
const houses = [
  {
    file: 'src/json-schema/house.ts',
    forbidden: ['../schemas/verdict.ts', '../errors.ts', '../db/pool.ts', '../dynamic/registry/store.ts'],
    allowed: ['./json.ts'],
  },
  {
    file: 'src/live/house.ts',
    forbidden: [
      '../db/pool.ts',
      '../dynamic/registry/store.ts',
      '../auth/gate.ts',
      '../dev/simulator/simulator.ts',
    ],
    allowed: ['../schemas/verdict.ts', '../errors.ts', '../observability/observation.ts', './debounce.ts'],
  },
  {
    file: 'src/schemas/house.ts',
    forbidden: [
      '../db/pool.ts',
      '../dev/demo-registry/demo-registry.ts',
      '../dynamic/registry/store.ts',
      '../modal/label.ts',
      '../api/probes/health.ts',
      '../runs/queue.ts',
      '../console/page.ts',
      '../app.ts',
      '../main.ts',
      '../config/config.ts',
      '../errors.ts',
      '../logger.ts',
    ],
    allowed: ['../json-schema/json.ts', './verdict.ts', 'zod'],
  },
  {
    file: 'src/schemas/columns/house.ts',
    forbidden: ['../../db/pool.ts', '../../modal/label.ts', '../../errors.ts', '../../app.ts'],
    allowed: ['../../json-schema/json.ts', '../verdict.ts', './timeout.ts'],
  },
  {
    file: 'src/open-databases.ts',
    forbidden: ['./app.ts', './main.ts'],
    allowed: ['./json-schema/json.ts', './errors.ts', './config/config.ts'],
  },
  {
    file: 'src/errors.ts',
    forbidden: [
      './json-schema/json.ts',
      './db/pool.ts',
      './dynamic/registry/store.ts',
      './modal/label.ts',
      './app.ts',
      './main.ts',
      './config/config.ts',
    ],
    allowed: [],
  },
  {
    file: 'src/observability/observation.ts',
    forbidden: [
      '../db/pool.ts',
      '../dynamic/registry/store.ts',
      '../modal/label.ts',
      './logger.ts',
      '../app.ts',
      '../config/config.ts',
    ],
    allowed: ['../errors.ts'],
  },
  {
    file: 'src/observability/house.ts',
    forbidden: [
      '../db/pool.ts',
      '../dynamic/registry/store.ts',
      '../server/connections/drain.ts',
      '../auth/gate.ts',
      '../app.ts',
    ],
    allowed: ['../errors.ts', './observation.ts', 'pino'],
  },
  {
    file: 'src/server/house.ts',
    forbidden: [
      '../db/pool.ts',
      '../dynamic/registry/store.ts',
      '../api/probes/health.ts',
      '../observability/logger.ts',
      '../app.ts',
    ],
    allowed: ['../errors.ts', '../auth/gate.ts', '../observability/observation.ts', './drain.ts'],
  },
  {
    file: 'src/dynamic/call/house.ts',
    forbidden: [
      'hono',
      'hono/cors',
      'node:http',
      '@hono/node-server',
      '../http/run-handler.ts',
      '../contracts/contracts.ts',
      '../registry/store.ts',
      '../registry/snapshot.ts',
      '../openapi/document.ts',
      '../../auth/gate.ts',
      '../../server/connections/drain.ts',
      '../../db/pool.ts',
    ],
    allowed: [
      '../../errors.ts',
      '../../modal/hop.ts',
      '../../schemas/route-definition.ts',
      './call.ts',
      'undici',
    ],
  },
  {
    file: 'src/dynamic/call/upstream/house.ts',
    forbidden: ['node:http', '../../http/run-handler.ts', '../../registry/store.ts', '../../../auth/gate.ts'],
    allowed: ['../call.ts', '../limits/breakers.ts', '../../../modal/hop.ts', 'undici'],
  },
  {
    file: 'src/db/house.ts',
    forbidden: [
      '../dynamic/registry/snapshot.ts',
      '../modal/label.ts',
      '../api/probes/health.ts',
      '../runs/queue.ts',
      '../app.ts',
    ],
    allowed: ['../json-schema/json.ts', '../errors.ts', '../observability/observation.ts', './pool.ts', 'pg'],
  },
  {
    file: 'src/dev/embedded-postgres/house.ts',
    forbidden: [
      '../../auth/gate.ts',
      '../../api/probes/health.ts',
      '../../config/config.ts',
      '../../main.ts',
    ],
    allowed: ['../../db/pool.ts', '../../json-schema/json.ts', './session.ts'],
  },
  {
    file: 'src/auth/house.ts',
    forbidden: [
      '../db/pool.ts',
      '../dynamic/registry/store.ts',
      '../modal/label.ts',
      '../api/probes/health.ts',
      '../app.ts',
      '../config/config.ts',
    ],
    allowed: ['../json-schema/json.ts', '../errors.ts', './gate.ts'],
  },
  {
    file: 'src/modal/house.ts',
    forbidden: [
      '../db/pool.ts',
      '../dynamic/registry/snapshot.ts',
      '../api/probes/health.ts',
      '../config/config.ts',
      '../app.ts',
    ],
    allowed: ['../json-schema/json.ts', '../errors.ts', './label.ts'],
  },
  {
    file: 'src/dev/simulator/house.ts',
    forbidden: ['../../server/connections/drain.ts', '../../auth/gate.ts', '../../app.ts'],
    allowed: ['../../modal/label.ts', '../../json-schema/json.ts'],
  },
  {
    file: 'src/dynamic/house.ts',
    forbidden: [
      '../db/pool.ts',
      '../db/registry/registry.ts',
      '../api/probes/health.ts',
      '../runs/queue.ts',
      '../console/page.ts',
      '../app.ts',
      '../main.ts',
      '../config/config.ts',
      '../auth/gate.ts',
      '../server/http-server.ts',
    ],
    allowed: [
      '../json-schema/json.ts',
      '../errors.ts',
      '../observability/observation.ts',
      '../modal/label.ts',
      './store.ts',
      'undici',
    ],
  },
  {
    file: 'src/dynamic/http/house.ts',
    forbidden: ['../../db/pool.ts', '../../api/probes/health.ts', '../../app.ts', '../../config/config.ts'],
    allowed: [
      '../../auth/gate.ts',
      '../../server/admit-request.ts',
      '../../modal/names.ts',
      '../call/call.ts',
      '../registry/store.ts',
    ],
  },
  {
    file: 'src/api/house.ts',
    forbidden: ['../db/pool.ts', '../modal/label.ts', '../app.ts', '../main.ts', '../config/config.ts'],
    allowed: [
      '../json-schema/json.ts',
      '../errors.ts',
      '../dynamic/registry/store.ts',
      './health.ts',
      'hono',
    ],
  },
  {
    file: 'src/runs/house.ts',
    forbidden: ['../db/pool.ts', '../modal/label.ts', '../app.ts', '../config/config.ts'],
    allowed: ['../json-schema/json.ts'],
  },
  {
    file: 'src/console/house.ts',
    forbidden: ['../db/pool.ts', '../modal/label.ts', '../app.ts', '../config/config.ts'],
    allowed: ['../json-schema/json.ts'],
  },
  {
    file: 'src/config/house.ts',
    forbidden: [
      '../db/pool.ts',
      '../dynamic/registry/store.ts',
      '../modal/label.ts',
      '../api/probes/health.ts',
      '../dev/simulator/simulator.ts',
      '../app.ts',
      '../main.ts',
    ],
    allowed: ['../json-schema/quoted.ts', '../schemas/route-definition.ts', '../errors.ts'],
  },
  {
    file: 'src/app.ts',
    forbidden: [],
    allowed: [
      './db/pool.ts',
      './dynamic/registry/store.ts',
      './modal/label.ts',
      './api/probes/health.ts',
      './config/config.ts',
    ],
  },
] as const;

const Report = z.object({
  diagnostics: z.array(z.object({ message: z.string(), code: z.string(), filename: z.string() })),
});

/** The ways to import something. */
const forms = {
  values: (path, index) => `import { a as a${index} } from '${path}';`,
  types: (path, index) => `import type { B as B${index} } from '${path}';`,
  exports: (path, index) => `export { c as c${index} } from '${path}';`,
  'dynamic imports': (path) => `await import('${path}');`,
} as const satisfies Record<string, (path: string, index: number) => string>;
type Form = keyof typeof forms;
const formNames = ['values', 'types', 'exports', 'dynamic imports'] as const satisfies readonly Form[];

describe('the lint rules', () => {
  let directory: string;
  /** The restricted imports that oxlint reports, by form and file: a process for each form, since each takes half a second. */
  const reported = new Map<Form, ReadonlyMap<string, readonly string[]>>();

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rowgate-lint-'));
    await Promise.all(formNames.map(async (form) => reported.set(form, await restrictedIn(form))));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function restrictedIn(form: Form): Promise<ReadonlyMap<string, readonly string[]>> {
    const checkout = join(directory, form);
    for (const { file, forbidden, allowed } of houses) {
      await mkdir(dirname(join(checkout, file)), { recursive: true });
      await writeFile(join(checkout, file), `${[...forbidden, ...allowed].map(forms[form]).join('\n')}\n`);
    }
    await copyFile(join(root, '.oxlintrc.json'), join(checkout, '.oxlintrc.json'));
    const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
    const output = await run(process.execPath, [oxlint, '--format=json'], { cwd: checkout }).then(
      ({ stdout }) => stdout,
      (error: unknown) => z.object({ stdout: z.string() }).parse(error).stdout,
    );
    const restricted = Report.parse(JSON.parse(output)).diagnostics.filter(
      ({ code }) => code === 'eslint(no-restricted-imports)',
    );
    const byFile = Map.groupBy(restricted, ({ filename }) => filename);
    return new Map(
      [...byFile].map(([file, found]) => [
        file,
        found.map(({ message }) => /'([^']+)'/.exec(message)?.[1] ?? message),
      ]),
    );
  }

  test.each(houses)('let $file import what it may and refuse $forbidden', ({ file, forbidden }) => {
    for (const form of formNames) {
      expect((reported.get(form)?.get(file) ?? []).toSorted()).toEqual([...forbidden].toSorted());
    }
  });

  test('are those that the check of every change runs', async () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
    expect(scripts['check']).toContain('check:lint');
    expect(scripts['check:lint']).toContain('oxlint');
    expect(scripts['check:lint']).toContain('--deny-warnings');
  });
});

test('what stands in for the outside is loaded only where it is wanted', async () => {
  const files = glob(join(root, 'src/**/*.ts'), { exclude: [join(root, 'src/dev/**')] });
  const texts: [string, string][] = [];
  for await (const file of files) texts.push([file, await readFile(file, 'utf8')]);
  expect(texts.length).toBeGreaterThan(100);
  const eager = texts.filter(([, text]) => /^(?:import|export) (?!type )[^;]*from '[^']*\/dev\//m.test(text));
  expect(eager.map(([file]) => file)).toEqual([]);
});
