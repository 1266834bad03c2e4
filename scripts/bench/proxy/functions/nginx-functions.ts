import { freePort } from '../../free-port.ts';
import type { Certificate } from '../certificate.ts';
import { startNginx } from '../nginx-process.ts';
import { record, recordsOf, responseBody } from '../payloads.ts';
import { eventsPath, type Functions } from './functions.ts';

type NginxFunctionsOptions = Readonly<{
  directory: string;
  certificate: Certificate | null;
  /** Event streams are passed on to here: nginx cannot make them by itself. */
  eventsOrigin: string;
}>;

/** Starts nginx in the place of functions. It reads each request body whole before it responds, as a function does. */
export async function startNginxFunctions(
  { directory, certificate, eventsOrigin }: NginxFunctionsOptions,
  opened: AsyncDisposableStack,
): Promise<Omit<Functions, 'name'>> {
  const [plain, tls] = [await freePort(), certificate === null ? null : await freePort()];
  const http = configuration({ plain, tls, certificate, eventsHost: new URL(eventsOrigin).host });
  const { pid } = opened.use(await startNginx({ directory, port: plain, http, cores: undefined }));
  const origins = {
    plain: `http://127.0.0.1:${plain}`,
    tls: tls === null ? null : `https://127.0.0.1:${tls}`,
  };
  return { pid, origins };
}

type Listeners = Readonly<{
  plain: number;
  tls: number | null;
  certificate: Certificate | null;
  eventsHost: string;
}>;

/**
 * `return` alone would respond before the body is there. So a POST goes to a handler that takes none (empty_gif), the
 * mirror module reads its body before that, and the 405 becomes the response. A parameter of nginx has 4,096 bytes at
 * most: the large response is put together of records.
 */
function configuration({ plain, tls, certificate, eventsHost }: Listeners): string {
  const records = Array.from({ length: recordsOf('large') }, () => '$record').join(',');
  const listenTls =
    tls === null || certificate === null
      ? ''
      : `listen 127.0.0.1:${tls} ssl backlog=4096;
         ssl_certificate ${certificate.certificateFile}; ssl_certificate_key ${certificate.keyFile};`;
  return `
    default_type application/json;
    map $host $record { default '${record}'; }
    upstream events { server ${eventsHost}; keepalive 256; }
    server {
      listen 127.0.0.1:${plain} backlog=4096;
      ${listenTls}
      location /small { empty_gif; mirror /read-body; error_page 405 =200 @small; }
      location /large { empty_gif; mirror /read-body; error_page 405 =200 @large; }
      location = /read-body { internal; return 204; }
      location @small { return 200 '${responseBody('small')}'; }
      location @large { return 200 '{"success":true,"records":[${records}]}'; }
      location = ${eventsPath} {
        proxy_pass http://events; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
      }
    }`;
}
