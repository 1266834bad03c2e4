import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { freePort, takesConnections } from '../ports.ts';
import { temporaryDirectory } from '../process.ts';
import { until } from '../until.ts';

export type Nginx = Readonly<{ url: string; close: () => Promise<void> }>;

/** Debian's is in /usr/sbin, which an ordinary user's PATH lacks. */
const file = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  .map((directory) => join(directory, 'nginx'))
  .find((path) => existsSync(path));

/** Why tests with nginx cannot run here; null when they can. */
export const nginxMissing = file === undefined ? 'nginx is not installed (apt-get install nginx)' : null;

/** As root it would start its workers as another user; so all of it is `nobody`. */
const nobody = 65_534;

/** An nginx on 127.0.0.1 that balances over ports there, with keep-alive connections to them. */
export async function startNginx(ports: readonly number[]): Promise<Nginx> {
  if (file === undefined) throw new Error('nginx is not installed');
  await using opened = new AsyncDisposableStack();
  const home = opened.use(await temporaryDirectory('rowgate-nginx-'));
  const port = await freePort();
  const configFile = join(home.path, 'nginx.conf');
  await writeFile(configFile, configuration(home.path, port, ports));
  await mkdir(join(home.path, 'temp'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [home.path, join(home.path, 'temp')]) await chown(path, nobody, nobody);
  const child = spawn(file, ['-e', 'stderr', '-p', home.path, '-c', configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit');
  opened.defer(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  await until('nginx takes connections', () => {
    if (child.exitCode !== null) throw new Error(`It ended instead:\n${output}`);
    return takesConnections(port);
  });
  const owned = opened.move();
  return { url: `http://127.0.0.1:${port}`, close: () => owned.disposeAsync() };
}

/** What nginx does by itself, with connections kept: only a call that was not sent yet is tried elsewhere. */
function configuration(home: string, listenPort: number, ports: readonly number[]): string {
  const servers = ports.map((port) => `server 127.0.0.1:${port} fail_timeout=1s;`).join(' ');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${home}/temp/${kind};`,
  );
  return `daemon off;
worker_processes 1;
pid ${home}/nginx.pid;
error_log stderr;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  upstream rowgate { ${servers} keepalive 64; }
  server {
    listen 127.0.0.1:${listenPort};
    location / {
      proxy_pass http://rowgate;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
    }
  }
}
`;
}
