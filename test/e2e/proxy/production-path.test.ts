import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { createAuthority } from '../../helpers/namespace/certificates.ts';
import {
  publicAddress,
  runInNamespace,
  silentAddress,
  whyNoNamespace,
} from '../../helpers/namespace/network.ts';
import { Findings, type Trial } from '../../helpers/namespace/production-path.ts';
import { temporaryDirectory } from '../../helpers/process.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

/** Where the name of each function leads; two names are not known to anybody. */
const addresses: Readonly<Record<string, readonly string[]>> = {
  good: [publicAddress],
  misnamed: [publicAddress],
  inward: ['127.0.0.1'],
  private: ['10.1.2.3'],
  mixed: [publicAddress, '127.0.0.1'],
  silent: [silentAddress],
  unknown: [],
};
const hostOf = (name: string) => `demodata--app-${name}.modal.run`;
const pathOf = (name: string) => `/run/companies/demo/${name}/lookup`;
const why = await whyNoNamespace();

/** Saves the snapshot of rows that name these functions, for a process which has no database. */
async function saveSnapshot(snapshotPath: string): Promise<Readonly<Record<string, string>>> {
  const rows = Object.keys(addresses).map((name) =>
    echoRow({
      workflow_slug: name,
      modal_function_name: null,
      modal_endpoint_url: `https://${hostOf(name)}`,
      api_endpoint_url: pathOf(name),
    }),
  );
  const rowgate = await startRowgate(rows, { SNAPSHOT_PATH: snapshotPath });
  await until('the snapshot is saved', () =>
    rowgate.observations.some(({ kind }) => kind === 'snapshot_file_saved'),
  );
  await rowgate.close();
  return { SNAPSHOT_PATH: snapshotPath, DATABASE_URL: rowgate.database.url };
}

async function tryOut(): Promise<z.infer<typeof Findings>> {
  await using directory = await temporaryDirectory();
  const { path } = directory;
  const hosts = Object.entries(addresses).flatMap(([name, all]) =>
    all.map((address) => `${address} ${hostOf(name)}\n`),
  );
  await writeFile(join(path, 'hosts'), ['127.0.0.1 localhost\n', ...hosts].join(''));
  const authority = await createAuthority(path);
  const env = {
    ...(await saveSnapshot(join(path, 'snapshot.json'))),
    NODE_EXTRA_CA_CERTS: authority.certificateFile,
  };
  const trial: z.infer<typeof Trial> = {
    directory: path,
    env,
    certificate: await authority.issue('*.modal.run'),
    certificates: { [hostOf('misnamed')]: await authority.issue('*.example.com') },
    goodPath: pathOf('good'),
    badPaths: Object.keys(addresses)
      .filter((name) => name !== 'good')
      .map(pathOf),
  };
  const script = join(import.meta.dirname, '..', '..', 'helpers', 'namespace', 'production-path.ts');
  const command = [process.execPath, script, JSON.stringify(trial)];
  return Findings.parse(JSON.parse(await runInNamespace(join(path, 'hosts'), command)));
}

/** Names resolved, addresses checked, TLS verified, connections kept: what UPSTREAM_CONNECT_TO passes over in the other tests. */
describe.skipIf(why !== null)(`functions on the internet${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let findings: z.infer<typeof Findings>;
  beforeAll(async () => {
    findings = await tryOut();
  });

  test('are called, one after another on one connection, and at once on as many as there are calls', () => {
    const { statuses, oneByOne, inTheEnd } = findings;
    expect(statuses).toEqual(Array.from({ length: 200 }, () => 200));
    expect(oneByOne).toMatchObject({ connections: 1, hosts: { length: 50 } });
    expect(inTheEnd.connections).toBeLessThanOrEqual(20);
    expect(inTheEnd.hosts).toHaveLength(200);
  });

  test('are asked for by name in TLS (SNI) and in Host', () => {
    const { names, hosts } = findings.inTheEnd;
    expect(new Set(names)).toEqual(new Set([hostOf('good')]));
    expect(new Set(hosts)).toEqual(new Set([hostOf('good')]));
  });

  test.each([
    ['misnamed', 'upstream_certificate_invalid', 'tls_certificate_error', /for another host name/],
    ['inward', 'upstream_address_refused', 'destination_ip_prohibited', /private address/],
    ['private', 'upstream_address_refused', 'destination_ip_prohibited', /private address/],
    ['mixed', 'upstream_address_refused', 'destination_ip_prohibited', /private address/],
    ['silent', 'upstream_connection_refused', 'connection_refused', /refused the connection/],
    ['unknown', 'upstream_name_not_found', 'dns_error', /could not be resolved/],
  ])('are not called where they should not be: %s is %s', (name, code, proxyError, detail) => {
    expect(findings.problems[pathOf(name)]).toEqual({
      code,
      detail: expect.stringMatching(detail),
      proxyStatus: `rowgate; error=${proxyError}`,
    });
  });

  test('at an address inside are never connected to', () => {
    expect(findings.inward).toBe(0);
  });
});
