import type { RegistryRow } from '../registry-row.ts';
import {
  columnNames,
  type RegistryColumn,
  type RegistryColumns,
  registryColumns,
} from './registry-columns.ts';

/** The columns that lists of workflows include, or (false) those that only the response about one workflow adds. */
type Shown<IsListed extends boolean> = {
  [C in RegistryColumn]: RegistryColumns[C]['isListed'] extends IsListed ? C : never;
}[RegistryColumn];

const shown = (isListed: boolean) =>
  columnNames.filter((name) => registryColumns[name].isListed === isListed);
const listed = shown(true);
const detailed = shown(false);

/** The members of an API object for these columns. The types follow the declaration, which `Object.fromEntries` cannot show. */
export function columnShape(isListed: true): { readonly [C in Shown<true>]: RegistryColumns[C]['api'] };
export function columnShape(isListed: false): { readonly [C in Shown<false>]: RegistryColumns[C]['api'] };
export function columnShape(isListed: boolean): object {
  return Object.fromEntries((isListed ? listed : detailed).map((name) => [name, registryColumns[name].api]));
}

/** The values of these columns in a row, under their names. */
export function columnValues(row: RegistryRow, isListed: true): Pick<RegistryRow, Shown<true>>;
export function columnValues(row: RegistryRow, isListed: false): Pick<RegistryRow, Shown<false>>;
export function columnValues(row: RegistryRow, isListed: boolean): object {
  return Object.fromEntries((isListed ? listed : detailed).map((name) => [name, row[name]]));
}
