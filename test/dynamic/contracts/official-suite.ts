import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../../../src/json-schema/json.ts';

export type SuiteGroup = Readonly<{
  description: string;
  schema: JsonValue;
  tests: readonly Readonly<{ description: string; data: JsonValue; valid: boolean }>[];
}>;

/** Debian’s copy: no npm package contains all of it. */
const home = '/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance';
const directory = join(home, 'tests', 'draft2020-12');
/** Of https://github.com/json-schema-org/JSON-Schema-Test-Suite, which has no releases: Debian 12's. */
const knownCommit = '47958f82d0ca44b82f3fb32744a0fb5aead191a6';

/** Why the suite cannot be run here; null when it can. */
export const officialSuiteMissing = missing();

function missing(): string | null {
  if (!existsSync(directory)) {
    return 'JSON Schema’s own tests are not installed (apt-get install libtest-json-schema-acceptance-perl)';
  }
  const [commit = ''] = readFileSync(join(home, 'submodule_status'), 'utf8').trim().split(/\s/);
  if (commit === knownCommit) return null;
  return `JSON Schema’s own tests are those of commit ${commit}, and what is stated here is about ${knownCommit}`;
}

/**
 * The files of draft 2020-12, the optional ones included, less optional/format: those expect formats to be validated, which
 * are annotations here.
 */
export function suiteFiles(): readonly string[] {
  if (officialSuiteMissing !== null) return [];
  return ['', 'optional/'].flatMap((part) =>
    readdirSync(join(directory, part))
      .filter((name) => name.endsWith('.json'))
      .map((name) => part + name)
      .toSorted(),
  );
}

export function suiteGroups(file: string): readonly SuiteGroup[] {
  const groups: readonly SuiteGroup[] = JSON.parse(readFileSync(join(directory, file), 'utf8'));
  return groups;
}
