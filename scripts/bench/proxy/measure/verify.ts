import { readFile } from 'node:fs/promises';
import { Client } from 'undici';
import type { Peer } from '../peers/peer.ts';
import { requestBody, responseBody, type Size } from '../payloads.ts';
import type { Stage } from '../stage.ts';

/**
 * Calls each path once.
 *
 * @throws where a response is not 200 with the function's body: then there is nothing to be measured.
 */
export async function verify(
  { certificate }: Stage,
  { url, paths, headers }: Peer,
  size: Size,
): Promise<void> {
  const ca = certificate === null ? undefined : await readFile(certificate.certificateFile);
  const client = new Client(url, ca === undefined ? {} : { connect: { ca } });
  try {
    for (const path of paths(size)) {
      const response = await client.request({
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: requestBody(size),
      });
      const text = await response.body.text();
      if (response.statusCode !== 200 || text !== responseBody(size)) {
        throw new Error(`${url}${path} responded ${response.statusCode}: ${text.slice(0, 500)}`);
      }
    }
  } finally {
    await client.close();
  }
}
