import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasProgram } from '../programs.ts';
import type { StartPeer } from './peer.ts';

/** nginx as people set it up before functions: one worker, keep-alive to the upstream. */
export const startNginx: StartPeer = async ({ bench }) => {
  if (!(await hasProgram('nginx', '-v'))) return null;
  const directory = join(bench.directory, 'nginx');
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const file = join(directory, 'nginx.conf');
  await writeFile(file, configuration(directory, port, new URL(bench.upstreamOrigin).host));
  const child = spawn('nginx', ['-p', directory, '-e', join(directory, 'error.log'), '-c', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  while (!(await canConnect(port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}.`);
    await delay(20);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};

function configuration(directory: string, port: number, upstream: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${directory}/${kind};`)
    .join(' ');
  return `
    daemon off; worker_processes 1; pid ${directory}/pid;
    events { worker_connections 4096; }
    http {
      access_log off; ${temporary}
      upstream functions { server ${upstream}; keepalive 256; keepalive_requests 1000000; }
      server {
        listen 127.0.0.1:${port}; keepalive_requests 1000000;
        location / { proxy_pass http://functions; proxy_http_version 1.1; proxy_set_header Connection ""; }
      }
    }`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (typeof address !== 'object' || address === null) throw new Error('There is no free port.');
  return address.port;
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
