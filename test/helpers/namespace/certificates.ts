import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export type KeyAndCertificate = Readonly<{ key: string; cert: string }>;

export type Authority = Readonly<{
  /** For NODE_EXTRA_CA_CERTS. */
  certificateFile: string;
  /** Signs a certificate for a DNS name, valid for a day. */
  issue: (name: string) => Promise<KeyAndCertificate>;
}>;

/** An authority of its own, made by openssl in a directory. */
export async function createAuthority(directory: string): Promise<Authority> {
  const certificateFile = join(directory, 'authority.pem');
  const keyFile = join(directory, 'authority.key');
  const self = ['-x509', '-days', '1', '-subj', '/CN=Authority of a test'];
  await run('openssl', ['req', ...self, ...newKey, '-keyout', keyFile, '-out', certificateFile]);
  let issued = 0;
  const issue = async (name: string): Promise<KeyAndCertificate> => {
    issued += 1;
    const file = (ending: string) => join(directory, `issued-${issued}.${ending}`);
    const subject = ['-subj', '/CN=A function', '-keyout', file('key'), '-out', file('csr')];
    await run('openssl', ['req', ...newKey, ...subject]);
    await writeFile(file('ext'), `subjectAltName=DNS:${name}\n`);
    const signing = ['-CA', certificateFile, '-CAkey', keyFile, '-set_serial', String(issued), '-days', '1'];
    const files = ['-in', file('csr'), '-extfile', file('ext'), '-out', file('pem')];
    await run('openssl', ['x509', '-req', ...signing, ...files]);
    const [key, cert] = await Promise.all([readFile(file('key'), 'utf8'), readFile(file('pem'), 'utf8')]);
    return { key, cert };
  };
  return { certificateFile, issue };
}
