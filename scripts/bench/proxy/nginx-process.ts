import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** One nginx, of one process: what it uses of the processor is all in `pid`. */
export type NginxProcess = AsyncDisposable & Readonly<{ pid: number }>;

export type NginxOptions = Readonly<{
  directory: string;
  /** Waited for until it takes connections. */
  port: number;
  /** What stands in the http block. */
  http: string;
  /** Cores that it is kept on, as `taskset -c` takes them. */
  cores: string | undefined;
}>;

/** Starts nginx with its files in a directory of its own. Logs no requests. */
export async function startNginx({ directory, port, http, cores }: NginxOptions): Promise<NginxProcess> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'nginx.conf');
  await writeFile(file, configuration(directory, http));
  const command = ['nginx', '-p', directory, '-e', join(directory, 'error.log'), '-c', file];
  const [program = '', ...options] = cores === undefined ? command : ['taskset', '-c', cores, ...command];
  const child = spawn(program, options, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  while (!(await canConnect(port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}: see ${file}.`);
    await delay(20);
  }
  return {
    pid: child.pid ?? Number.NaN,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function configuration(directory: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${directory}/${kind};`)
    .join(' ');
  return `
    daemon off; master_process off; pid ${directory}/pid;
    events { worker_connections 8192; }
    http {
      access_log off; ${temporary}
      keepalive_timeout 1h; keepalive_requests 1000000000;
      client_body_buffer_size 256k;
      ${http}
    }`;
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
