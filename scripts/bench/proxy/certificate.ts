import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasProgram } from '../programs.ts';

const run = promisify(execFile);

/** Files in PEM. The certificate is its own authority: who is to trust it is given the same file. */
export type Certificate = Readonly<{ certificateFile: string; keyFile: string }>;

/**
 * Makes a certificate for functions, valid for a day.
 *
 * @returns null where openssl is not installed.
 */
export async function makeCertificate(directory: string): Promise<Certificate | null> {
  if (!(await hasProgram('openssl', 'version'))) return null;
  const [certificateFile, keyFile] = [join(directory, 'certificate.pem'), join(directory, 'key.pem')];
  const configFile = join(directory, 'openssl.cnf');
  await writeFile(configFile, configuration);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  await run('openssl', [
    'req',
    '-x509',
    '-days',
    '1',
    '-config',
    configFile,
    ...key,
    '-out',
    certificateFile,
  ]);
  return { certificateFile, keyFile };
}

const configuration = `
[req]
prompt = no
distinguished_name = name
x509_extensions = extensions
[name]
CN = Rowgate benchmark
[extensions]
basicConstraints = critical, CA:true
subjectAltName = DNS:*.modal.run, DNS:localhost, IP:127.0.0.1
`;

/** The environment with which a process of Node trusts one more authority. */
export function trusting(certificateFile: string | undefined): Readonly<Record<string, string>> {
  return certificateFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificateFile };
}
