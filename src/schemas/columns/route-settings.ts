import type { RegistryRow } from '../registry-row.ts';
import type { Parsed, Reason, Warning } from '../verdict.ts';
import type { Setting } from './column-kinds.ts';
import {
  columnNames,
  type RegistryColumn,
  type RegistryColumns,
  registryColumns,
} from './registry-columns.ts';

type SettingColumn = {
  [C in RegistryColumn]: RegistryColumns[C] extends { setting: unknown } ? C : never;
}[RegistryColumn];
type Value<P> = P extends { ok: true; value: infer V } ? V : never;

/** The settings of a route, from the columns that have one, by the names of the settings. */
export type RouteSettings = {
  readonly [C in SettingColumn as RegistryColumns[C]['setting']['name']]: Value<
    ReturnType<RegistryColumns[C]['setting']['parse']>
  >;
};

const settings: readonly Readonly<{ column: RegistryColumn; setting: Setting }>[] = columnNames.flatMap(
  (column) => {
    const declared = registryColumns[column];
    return 'setting' in declared ? [{ column, setting: declared.setting }] : [];
  },
);

/** The settings of a route whose row leaves all these columns empty, at a path without a conventional timeout. */
export const defaultSettings: RouteSettings = defaults();

/**
 * The settings of a row under the path that callers use, or every reason why they are invalid. Most columns of most rows are
 * null, and keep the default: a start parses 50,000 rows.
 */
export function parseSettings(row: RegistryRow, path: string): Parsed<RouteSettings> {
  const value: RouteSettings = { ...defaultSettings };
  const members: Record<string, unknown> = value;
  const reasons: Reason[] = [];
  const warnings: Warning[] = [];
  for (const { column, setting } of settings) {
    const given = row[column];
    if (given === null && setting.dependsOnPath !== true) continue;
    const found = setting.parse(given, path);
    if (found.ok) {
      members[setting.name] = found.value;
      if (found.warnings !== undefined) warnings.push(...found.warnings);
    } else reasons.push(...found.reasons);
  }
  return reasons.length === 0 ? { ok: true, value, warnings } : { ok: false, reasons };
}

function defaults(): RouteSettings {
  const members: Record<string, unknown> = {};
  for (const { setting } of settings) {
    const found = setting.parse(null, '');
    if (found.ok) members[setting.name] = found.value;
  }
  if (!isComplete(members)) throw new TypeError('Each column with a setting must accept null.');
  return members;
}

/** Each value comes from the parser that its type is taken from. */
function isComplete(members: Readonly<Record<string, unknown>>): members is RouteSettings {
  return settings.every(({ setting }) => setting.name in members);
}
