import { join } from 'node:path';
import { freePort } from '../../free-port.ts';
import { hasProgram } from '../../programs.ts';
import { functionHost } from '../functions/functions.ts';
import { startNginx } from '../nginx-process.ts';
import { passesPathOn, type StartPeer } from './peer.ts';

/** nginx as people set it up before functions: keep-alive to the upstream, and its certificate verified. */
export const startNginxPeer: StartPeer = async ({ bench, cores, certificate, functions }, transport) => {
  const origin = functions.origins[transport];
  if (origin === null || !(await hasProgram('nginx', '-v'))) return null;
  const port = await freePort();
  const verify =
    transport === 'plain'
      ? ''
      : `proxy_ssl_verify on; proxy_ssl_trusted_certificate ${certificate?.certificateFile ?? ''};
         proxy_ssl_server_name on; proxy_ssl_name ${functionHost};`;
  const http = `
    upstream functions { server ${new URL(origin).host}; keepalive 256; keepalive_requests 1000000000; }
    server {
      listen 127.0.0.1:${port} backlog=4096;
      location / {
        proxy_pass ${transport === 'plain' ? 'http' : 'https'}://functions; proxy_http_version 1.1;
        proxy_set_header Connection ""; proxy_set_header Host ${functionHost}; ${verify}
      }
    }`;
  const directory = join(bench.directory, `nginx-${transport}`);
  const nginx = await startNginx({ directory, port, http, cores: cores?.proxy });
  return { url: `http://127.0.0.1:${port}`, ...passesPathOn, ...nginx };
};
