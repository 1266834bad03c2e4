import { describe, expect, test } from 'vitest';
import { type Config, ConfigError, loadConfig } from '../../src/config/config.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The errors that prevent the start; none for a valid environment. */
function faults(env: Env): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

const databaseUrl = 'postgres://rowgate:hunter2@db.example.com:5432/registry';

const good: readonly (readonly [name: string, value: string, read: Partial<Config>])[] = [
  ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
  ['HOST', '::1', { host: '::1' }],
  ['HOST', 'gateway-1.internal', { host: 'gateway-1.internal' }],
  ['PORT', '0', { port: 0 }],
  ['PORT', '65535', { port: 65_535 }],
  ['DATABASE_URL', databaseUrl, { databaseUrl, modalSimulator: false }],
  ['DATABASE_URL', 'postgresql://h/d', { databaseUrl: 'postgresql://h/d' }],
  ['DATABASE_URL', 'postgres:///d?host=/run/pg', { databaseUrl: 'postgres:///d?host=/run/pg' }],
  ['DATABASE_POOL_MAX', '1', { databasePoolMax: 1 }],
  ['DATABASE_POOL_MAX', '1000', { databasePoolMax: 1000 }],
  ['DATABASE_CA_FILE', '/etc/ca.pem', { databaseCaFile: '/etc/ca.pem' }],
  ['REGISTRY_TABLE', 'public.workflows_2', { registryTable: 'public.workflows_2' }],
  ['UPSTREAM_ALLOWED_HOSTS', 'api.example.com', { allowedHosts: ['api.example.com'] }],
  [
    'UPSTREAM_ALLOWED_HOSTS',
    ' *.Modal.run , A.example.com,',
    { allowedHosts: ['*.modal.run', 'a.example.com'] },
  ],
  [
    'UPSTREAM_CONNECT_TO',
    'http://127.0.0.1:9000',
    { connectTo: 'http://127.0.0.1:9000', modalSimulator: false },
  ],
  ['UPSTREAM_CONNECT_TO', 'https://Staging.example.com/', { connectTo: 'https://staging.example.com' }],
  ['UPSTREAM_CONNECT_TO', 'http://[::1]:9000', { connectTo: 'http://[::1]:9000' }],
  ['MODAL_SIMULATOR', 'on', { modalSimulator: true }],
  ['MODAL_SIMULATOR', 'off', { modalSimulator: false }],
  ['AUTH', 'off', { requiresKey: false }],
  ['AUTH', 'required', { requiresKey: true, host: '0.0.0.0' }],
  ['DATABASE_URL', databaseUrl, { requiresKey: true, host: '0.0.0.0' }],
  ['KEYS_MAX_STALE_SECONDS', '0', { keysMaxStaleMs: 0 }],
  ['ALLOWED_HOSTS', 'Gateway.example.com', { ownHosts: ['gateway.example.com'] }],
  ['MAX_BODY_BYTES', '1', { maxBodyBytes: 1 }],
  ['MAX_BODY_BYTES', '2147483648', { maxBodyBytes: 2 ** 31 }],
  ['MAX_BUFFERED_BYTES', '0', { maxBufferedBytes: 0 }],
  ['MAX_IN_FLIGHT', '1', { maxInFlight: 1 }],
  ['CORS_ORIGINS', '*', { corsOrigins: ['*'] }],
  [
    'CORS_ORIGINS',
    'https://App.example.com/, http://localhost:5173',
    { corsOrigins: ['https://app.example.com', 'http://localhost:5173'] },
  ],
  ['SHUTDOWN_GRACE_MS', '0', { shutdownGraceMs: 0 }],
  ['SHUTDOWN_GRACE_MS', '3600000', { shutdownGraceMs: 3_600_000 }],
  ...(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const).map(
    (level) => ['LOG_LEVEL', level, { logLevel: level }] as const,
  ),
];

describe('loadConfig', () => {
  test('needs no variables: embedded database, simulator, this machine only', () => {
    expect(loadConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      databaseUrl: null,
      registryDatabaseUrl: null,
      databaseListenUrl: null,
      databasePoolMax: 5,
      databaseCaFile: null,
      registryTable: 'reference.enrichment_workflow_registry',
      registryPollMs: 1000,
      snapshotPath: '.data/snapshot.json',
      allowedHosts: ['*.modal.run'],
      connectTo: null,
      modalSimulator: true,
      modalCredentials: null,
      requiresKey: false,
      keysMaxStaleMs: 3_600_000,
      ownHosts: [],
      maxBodyBytes: 10 * 1024 * 1024,
      maxBufferedBytes: 256 * 1024 * 1024,
      maxInFlight: 20_000,
      corsOrigins: [],
      shutdownGraceMs: 30_000,
      logLevel: 'info',
    });
  });

  test.each(good)('accepts %s=%s', (name, value, expected) => {
    expect(loadConfig({ [name]: value })).toMatchObject(expected);
  });

  test.each([
    ['REGISTRY_POLL_MS', '5', 'a whole number of milliseconds between 10 and 3600000 (1 hour)'],
    ['HOST', 'http://0.0.0.0', 'a host name or an IP address'],
    ['HOST', 'a b', 'a host name or an IP address'],
    ['PORT', '65536', 'a whole number between 0 and 65535'],
    ['PORT', '-1', 'a whole number between 0 and 65535'],
    ['PORT', '3000.5', 'a whole number between 0 and 65535'],
    ['PORT', '0x1f', 'a whole number between 0 and 65535'],
    ['PORT', '1e3', 'a whole number between 0 and 65535'],
    ['PORT', 'http', 'a whole number between 0 and 65535'],
    ['DATABASE_POOL_MAX', '0', 'a whole number between 1 and 1000'],
    ['DATABASE_POOL_MAX', '1001', 'a whole number between 1 and 1000'],
    ['REGISTRY_TABLE', 'workflows', 'schema.table'],
    ['REGISTRY_TABLE', 'a.b.c', 'schema.table'],
    ['REGISTRY_TABLE', 'a.b; drop table c', 'schema.table'],
    ['REGISTRY_TABLE', '"a"."b"', 'schema.table'],
    ['MAX_IN_FLIGHT', '0', 'a whole number between 1 and 1000000'],
    ['CORS_ORIGINS', 'app.example.com', '* or origins such as https://app.example.com'],
    ['CORS_ORIGINS', 'https://a.example/path', '* or origins such as https://app.example.com'],
    ['CORS_ORIGINS', 'null', '* or origins such as https://app.example.com'],
    ['UPSTREAM_ALLOWED_HOSTS', ',', 'host names or patterns'],
    ['UPSTREAM_ALLOWED_HOSTS', '*', 'host names or patterns'],
    ['UPSTREAM_ALLOWED_HOSTS', '127.0.0.1', 'host names, not IP addresses'],
    ['UPSTREAM_ALLOWED_HOSTS', 'modal.*', 'host names or patterns'],
    ['UPSTREAM_ALLOWED_HOSTS', '*modal.run', 'host names or patterns'],
    ['UPSTREAM_ALLOWED_HOSTS', 'https://a.modal.run', 'host names or patterns'],
    ['UPSTREAM_ALLOWED_HOSTS', 'a.modal.run:443', 'host names or patterns'],
    ['UPSTREAM_ALLOWED_HOSTS', 'a.modal.run.', 'host names or patterns'],
    ['UPSTREAM_ALLOWED_HOSTS', 'a.modal.run b.modal.run', 'host names or patterns'],
    ['UPSTREAM_CONNECT_TO', '127.0.0.1:9000', 'an origin'],
    ['UPSTREAM_CONNECT_TO', 'ftp://127.0.0.1', 'an origin'],
    ['UPSTREAM_CONNECT_TO', 'http://127.0.0.1/base', 'an origin'],
    ['UPSTREAM_CONNECT_TO', 'http://127.0.0.1?x', 'an origin'],
    ['UPSTREAM_CONNECT_TO', 'http://127.0.0.1:99999', 'an origin'],
    ['MODAL_SIMULATOR', 'true', 'on or off'],
    ['AUTH', 'on', 'must be off or required'],
    ['KEYS_MAX_STALE_SECONDS', '-1', 'a whole number of seconds between 0 and 31536000 (365 days)'],
    ['MAX_BODY_BYTES', '0', 'a whole number of bytes between 1 and 2147483648 (2 GiB)'],
    ['MAX_BODY_BYTES', '10MB', 'a whole number of bytes between 1 and 2147483648 (2 GiB)'],
    ['MAX_BODY_BYTES', '2147483649', 'a whole number of bytes between 1 and 2147483648 (2 GiB)'],
    ['SHUTDOWN_GRACE_MS', '3600001', 'a whole number of milliseconds between 0 and 3600000 (1 hour)'],
    ['SHUTDOWN_GRACE_MS', '30s', 'a whole number of milliseconds between 0 and 3600000 (1 hour)'],
    ['LOG_LEVEL', 'INFO', 'one of trace, debug, info'],
    ['LOG_LEVEL', 'loud', 'one of trace, debug, info'],
  ])('refuses %s=%s and reports the variable, its value and what is expected', (name, value, remedy) => {
    const found = faults({ [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(`${name}=${JSON.stringify(value)} `)).toBe(true);
    expect(found[0]).toContain(remedy);
  });

  test.each([
    'mysql://rowgate:hunter2@db/registry',
    'postgres://rowgate:hunter2@db:99999/registry',
    'postgres://rowgate:hunter2 @ db',
    'rowgate:hunter2@db',
    'host=db password=hunter2',
  ])('refuses DATABASE_URL=%s without repeating its password', (value) => {
    const found = faults({ DATABASE_URL: value, PORT: 'x' });
    expect(found).toHaveLength(2);
    expect(found.join(' ')).toContain('DATABASE_URL must be a URL such as postgres://');
    expect(found.join(' ')).not.toContain('hunter2');
  });

  test('does not repeat a password in any other variable either', () => {
    const found = faults({ UPSTREAM_CONNECT_TO: 'http://me:hunter2@h', REGISTRY_TABLE: databaseUrl });
    expect(found).toHaveLength(2);
    expect(found.join(' ')).not.toContain('hunter2');
  });

  test('accepts only a complete Modal token, and only with its workspace', () => {
    const whole = {
      MODAL_WORKSPACE: 'acme',
      MODAL_ENVIRONMENTS: 'staging, dev',
      MODAL_KEY: 'wk-1',
      MODAL_SECRET: 'ws-1',
    };
    expect(loadConfig(whole).modalCredentials).toEqual({
      workspace: 'acme',
      environments: ['staging', 'dev'],
      key: 'wk-1',
      secret: 'ws-1',
    });
    expect(faults({ ...whole, MODAL_WORKSPACE: '' })).toEqual([
      expect.stringContaining('MODAL_KEY needs MODAL_WORKSPACE'),
    ]);
    expect(faults({ ...whole, MODAL_SECRET: '' })).toEqual([
      expect.stringContaining('two halves of one token'),
    ]);
    expect(faults({ ...whole, MODAL_KEY: 'wk 1' }).join()).not.toContain('wk 1');
  });

  test('reports every error at once, including conflicts between variables', () => {
    const env = {
      HOST: 'a b',
      PORT: 'x',
      LOG_LEVEL: 'loud',
      MODAL_SIMULATOR: 'on',
      DATABASE_URL: databaseUrl,
      UPSTREAM_CONNECT_TO: 'http://127.0.0.1:9000',
    };
    const found = faults(env);
    expect(found.map((fault) => /^\w+/.exec(fault)?.[0])).toEqual([
      'HOST',
      'PORT',
      'LOG_LEVEL',
      'MODAL_SIMULATOR',
      'MODAL_SIMULATOR',
    ]);
    expect(() => loadConfig(env)).toThrow(/^The configuration has 5 errors:\n- HOST="a b" /);
  });

  test('uses the singular for one error', () => {
    expect(() => loadConfig({ PORT: 'x' })).toThrow('The configuration has 1 error:\n- PORT="x" must be');
  });

  test.each([
    ['DATABASE_URL', databaseUrl],
    ['UPSTREAM_CONNECT_TO', 'http://127.0.0.1:9000'],
  ])('refuses MODAL_SIMULATOR=on with %s, and accepts off', (name, value) => {
    const found = faults({ [name]: value, MODAL_SIMULATOR: 'on' });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(name);
    expect(found[0]).toContain('Unset one of them.');
    expect(loadConfig({ [name]: value, MODAL_SIMULATOR: 'off' }).modalSimulator).toBe(false);
  });

  test('treats an empty variable as unset', () => {
    const names = [
      'HOST',
      'PORT',
      'DATABASE_URL',
      'REGISTRY_TABLE',
      'UPSTREAM_ALLOWED_HOSTS',
      'MODAL_SIMULATOR',
      'AUTH',
    ];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    expect(loadConfig(empty)).toEqual(loadConfig({}));
    expect(loadConfig({ PORT: undefined })).toEqual(loadConfig({}));
    expect(faults({ DATABASE_URL: '', MODAL_SIMULATOR: 'on' })).toEqual([]);
  });

  test('ignores other variables', () => {
    expect(loadConfig({ PATH: '/bin', port: '80' })).toEqual(loadConfig({}));
  });

  test('is frozen, including the allowed hosts, and one configuration does not leak into the next', () => {
    const config = loadConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.allowedHosts)).toBe(true);
    expect(loadConfig({ UPSTREAM_ALLOWED_HOSTS: 'x.com' }).allowedHosts).toEqual(['x.com']);
    expect(loadConfig({}).allowedHosts).toEqual(['*.modal.run']);
  });
});
