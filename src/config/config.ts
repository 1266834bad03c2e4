import { z } from 'zod';
import {
  corsOrigins,
  functionHosts,
  hostList,
  modalName,
  origin,
  postgresUrl,
  token,
  whole,
} from './config-fields.ts';
import { quoted } from '../json-schema/quoted.ts';

/** The configuration of one process. Frozen; parsed once from the environment. */
export type Config = Readonly<{
  host: string;
  port: number;
  /** Null: the embedded Postgres, with its data under `.data/`. */
  databaseUrl: string | null;
  /** The registry's database if it is not `databaseUrl`; read access is enough. */
  registryDatabaseUrl: string | null;
  /** A direct or session-mode URL for LISTEN; `off` only polls, null listens on the registry's database. */
  databaseListenUrl: string | null;
  databasePoolMax: number;
  databaseCaFile: string | null;
  registryTable: string;
  registryPollMs: number;
  snapshotPath: string;
  allowedHosts: readonly string[];
  connectTo: string | null;
  modalSimulator: boolean;
  /** The proxy-auth token and the workspace whose functions receive it; null if there is none. */
  modalCredentials: Readonly<{
    workspace: string;
    environments: readonly string[];
    key: string;
    secret: string;
  }> | null;
  /** Whether callers need an API key. */
  requiresKey: boolean;
  /** How long known keys stay valid while the database is down. */
  keysMaxStaleMs: number;
  /** Host names under which callers may call without a key, besides loopback names. */
  ownHosts: readonly string[];
  maxBodyBytes: number;
  /** Memory for buffered bodies, in total. */
  maxBufferedBytes: number;
  /** The maximum number of calls in flight. */
  maxInFlight: number;
  /** Origins whose pages may read responses; `*` means all. */
  corsOrigins: readonly string[];
  shutdownGraceMs: number;
  logLevel: LogLevel;
}>;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** All errors of the environment at once, each with the variable, its value and what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} ${faults.length === 1 ? 'error' : 'errors'}:\n- ${faults.join('\n- ')}`,
    );
    this.faults = faults;
  }
}

const milliseconds = { name: 'milliseconds', max: '1 hour' } as const;

const Environment = z.object({
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, 'must be a host name or an IP address')
    .optional(),
  PORT: whole(0, 65_535, 3000),
  DATABASE_URL: postgresUrl.optional(),
  REGISTRY_DATABASE_URL: postgresUrl.optional(),
  DATABASE_LISTEN_URL: z.union([z.literal('off'), postgresUrl], 'must be a Postgres URL or off').optional(),
  REGISTRY_POLL_MS: whole(10, 3_600_000, 1000, milliseconds),
  SNAPSHOT_PATH: z.string().default('.data/snapshot.json'),
  DATABASE_POOL_MAX: whole(1, 1000, 5),
  DATABASE_CA_FILE: z.string().optional(),
  REGISTRY_TABLE: z
    .string()
    .regex(/^[A-Za-z_]\w*\.[A-Za-z_]\w*$/, 'must be schema.table with only letters, digits and _')
    .default('reference.enrichment_workflow_registry'),
  UPSTREAM_ALLOWED_HOSTS: functionHosts.default(['*.modal.run']),
  UPSTREAM_CONNECT_TO: origin.optional(),
  MODAL_SIMULATOR: z.enum(['on', 'off'], 'must be on or off').optional(),
  MODAL_WORKSPACE: modalName.optional(),
  MODAL_ENVIRONMENTS: z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .pipe(z.array(modalName))
    .default([]),
  MODAL_KEY: token.optional(),
  MODAL_SECRET: token.optional(),
  AUTH: z.enum(['off', 'required'], 'must be off or required').optional(),
  KEYS_MAX_STALE_SECONDS: whole(0, 365 * 86_400, 3_600, { name: 'seconds', max: '365 days' }),
  ALLOWED_HOSTS: hostList.default([]),
  MAX_BODY_BYTES: whole(1, 2 ** 31, 10 * 1024 * 1024, { name: 'bytes', max: '2 GiB' }),
  MAX_BUFFERED_BYTES: whole(0, 2 ** 40, 256 * 1024 * 1024, { name: 'bytes', max: '1 TiB' }),
  MAX_IN_FLIGHT: whole(1, 1_000_000, 20_000),
  CORS_ORIGINS: corsOrigins.default([]),
  SHUTDOWN_GRACE_MS: whole(0, 3_600_000, 30_000, milliseconds),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
});

/**
 * Reads the configuration from environment variables; an empty one counts as unset.
 *
 * @throws ConfigError that lists every error.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const present: Present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = Environment.safeParse(present);
  const faults = [...(result.error?.issues.map(describe(present)) ?? []), ...conflicts(present)];
  if (!result.success || faults.length > 0) throw new ConfigError(faults);
  const read = result.data;
  const isDemo = [read.DATABASE_URL, read.REGISTRY_DATABASE_URL, read.UPSTREAM_CONNECT_TO].every(
    (url) => url === undefined,
  );
  // If no key is required, only this machine may call, unless HOST is set.
  const isOpen = (read.AUTH ?? (read.DATABASE_URL === undefined ? 'off' : 'required')) === 'off';
  return Object.freeze({
    host: read.HOST ?? (isOpen ? '127.0.0.1' : '0.0.0.0'),
    port: read.PORT,
    databaseUrl: read.DATABASE_URL ?? null,
    registryDatabaseUrl: read.REGISTRY_DATABASE_URL ?? null,
    databaseListenUrl: read.DATABASE_LISTEN_URL ?? null,
    databasePoolMax: read.DATABASE_POOL_MAX,
    databaseCaFile: read.DATABASE_CA_FILE ?? null,
    registryTable: read.REGISTRY_TABLE,
    registryPollMs: read.REGISTRY_POLL_MS,
    snapshotPath: read.SNAPSHOT_PATH,
    allowedHosts: Object.freeze(read.UPSTREAM_ALLOWED_HOSTS),
    connectTo: read.UPSTREAM_CONNECT_TO ?? null,
    modalSimulator: (read.MODAL_SIMULATOR ?? (isDemo ? 'on' : 'off')) === 'on',
    modalCredentials: modalCredentials(read),
    requiresKey: !isOpen,
    keysMaxStaleMs: read.KEYS_MAX_STALE_SECONDS * 1000,
    ownHosts: Object.freeze(read.ALLOWED_HOSTS),
    maxBodyBytes: read.MAX_BODY_BYTES,
    maxBufferedBytes: read.MAX_BUFFERED_BYTES,
    maxInFlight: read.MAX_IN_FLIGHT,
    corsOrigins: Object.freeze(read.CORS_ORIGINS),
    shutdownGraceMs: read.SHUTDOWN_GRACE_MS,
    logLevel: read.LOG_LEVEL,
  });
}

type Present = Readonly<Record<string, string | undefined>>;

/** Variables that cannot be combined, reported together with the errors of single variables. */
function conflicts(present: Present): readonly string[] {
  const has = (name: string): boolean => present[name] !== undefined;
  const faults: string[] = [];
  for (const name of ['DATABASE_URL', 'REGISTRY_DATABASE_URL']) {
    if (present['MODAL_SIMULATOR'] !== 'on' || !has(name)) continue;
    faults.push(
      `MODAL_SIMULATOR=on cannot be combined with ${name}: the simulator needs the embedded database. Unset one of them.`,
    );
  }
  if (present['MODAL_SIMULATOR'] === 'on' && has('UPSTREAM_CONNECT_TO')) {
    faults.push(
      'MODAL_SIMULATOR=on cannot be combined with UPSTREAM_CONNECT_TO: both set where calls are sent. Unset one of them.',
    );
  }
  if (has('MODAL_KEY') !== has('MODAL_SECRET')) {
    faults.push('MODAL_KEY and MODAL_SECRET are the two halves of one token. Set both or neither.');
  }
  if (has('MODAL_KEY') && !has('MODAL_WORKSPACE')) {
    faults.push(
      'MODAL_KEY needs MODAL_WORKSPACE, so that other workspaces do not receive the token. Set it to your workspace.',
    );
  }
  return faults;
}

function modalCredentials(read: z.output<typeof Environment>): Config['modalCredentials'] {
  const { MODAL_WORKSPACE: workspace, MODAL_KEY: key, MODAL_SECRET: secret } = read;
  if (workspace === undefined || key === undefined || secret === undefined) return null;
  return Object.freeze({ workspace, environments: Object.freeze(read.MODAL_ENVIRONMENTS), key, secret });
}

/** Variables that may contain a secret: their values are never repeated. */
const secret: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'REGISTRY_DATABASE_URL',
  'DATABASE_LISTEN_URL',
  'MODAL_KEY',
  'MODAL_SECRET',
]);

function describe(present: Present) {
  return (issue: z.core.$ZodIssue): string => {
    const name = String(issue.path[0]);
    const shown = secret.has(name) ? '' : `=${quoted(present[name] ?? '')}`;
    return `${name}${shown} ${issue.message}.`;
  };
}
