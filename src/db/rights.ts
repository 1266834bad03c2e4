/** Who needs rights in the database. */
export const databaseRoles = ['gateway', 'operator', 'keys', 'migrator'] as const;
export type DatabaseRole = (typeof databaseRoles)[number];

/** Privileges on one thing, as GRANT names both. */
export type Right = Readonly<{
  kind: 'schema' | 'table' | 'database';
  name: string;
  privileges: readonly string[];
}>;

const registryTable = 'reference.enrichment_workflow_registry';

export type RightsOptions = Readonly<{
  registryTable?: string;
  /** Whether callers need a key. */
  requiresKey?: boolean;
  databaseName?: string;
}>;

/** What each role needs, declared once: `npm run grants` prints it, and a gateway does not start without it. */
export function rightsOf(role: DatabaseRole, options: RightsOptions = {}): readonly Right[] {
  const registry = options.registryTable ?? registryTable;
  switch (role) {
    case 'gateway':
      return merged([
        ...registryRights(registry),
        ...(registry === registryTable ? trackingRights : []),
        ...ownRights(options.requiresKey ?? true),
      ]);
    case 'operator':
      return merged([
        schema(schemaOf(registry)),
        schema('rowgate'),
        table(registry, 'select', 'insert', 'update', 'delete'),
        ...trackingRights,
      ]);
    case 'keys':
      return [
        schema('rowgate'),
        table('rowgate.api_keys', 'select', 'insert', 'update'),
        table('rowgate.api_key_usage', 'select'),
      ];
    case 'migrator':
      return [
        {
          kind: 'database',
          name: options.databaseName ?? 'rowgate',
          privileges: ['connect', 'create'],
        },
      ];
  }
}

/** The rights needed to read a registry, whoever owns it. */
export function registryRights(registry: string): readonly Right[] {
  return [schema(schemaOf(registry)), table(registry, 'select')];
}

/** The rights that a gateway needs on Rowgate's own tables, besides those for tracking changes of the registry. */
export function ownRights(requiresKey: boolean): readonly Right[] {
  return [
    schema('rowgate'),
    table('rowgate.replicas', 'select', 'insert', 'update', 'delete'),
    table('rowgate.workflow_verdicts', 'select', 'insert', 'update'),
    ...(requiresKey
      ? [
          table('rowgate.api_keys', 'select'),
          table('rowgate.api_keys_version', 'select'),
          table('rowgate.api_key_usage', 'select', 'insert', 'update'),
          table('rowgate.key_settlements', 'select', 'insert', 'update', 'delete'),
        ]
      : []),
  ];
}

/** GRANT statements, one for each thing. */
export function grantStatements(rights: readonly Right[], role: string): readonly string[] {
  return rights.map(
    ({ kind, name, privileges }) =>
      `grant ${privileges.join(', ')} on ${kind} ${quotedPath(kind, name)} to ${quotedIdentifier(role)};`,
  );
}

/** The rights needed to track changes that our trigger counts. */
const trackingRights: readonly Right[] = [
  schema('rowgate'),
  table('rowgate.registry_version', 'select'),
  schema(schemaOf(registryTable)),
  table(`${registryTable}_history`, 'select'),
];

function schema(name: string): Right {
  return { kind: 'schema', name, privileges: ['usage'] };
}

function table(name: string, ...privileges: readonly string[]): Right {
  return { kind: 'table', name, privileges };
}

function schemaOf(name: string): string {
  return name.split('.')[0] ?? name;
}

/** Schemas first, each thing once. */
function merged(rights: readonly Right[]): readonly Right[] {
  const once = new Map(rights.map((right) => [`${right.kind} ${right.name}`, right]));
  return [...once.values()].toSorted((a, b) => Number(a.kind === 'table') - Number(b.kind === 'table'));
}

function quotedPath(kind: Right['kind'], name: string): string {
  return kind === 'database'
    ? quotedIdentifier(name)
    : name
        .split('.')
        .map((part) => quotedIdentifier(part))
        .join('.');
}

/** As Postgres' quote_ident does, so that simple names stay readable. */
export function quotedIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
