import type { Server } from 'node:http';

/** For how long a stopping server still takes connections: what balancers need to notice that it is not ready. */
const maxNoticeMs = 2_000;
/** How often connections that have become idle are closed once nothing is taken any more. */
const tickMs = 50;

/**
 * Ends a server whose answers say `connection: close` by now. At first it still listens, so that a balancer sends no
 * request into a connection that is being closed, nor finds the port shut before its health check told it (a tenth of
 * the time, 2 s at most; not at all where nobody is connected). Then nothing new is taken, calls in flight may finish,
 * and after `graceMs` in all what is left is cut.
 */
export async function drain(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  const noticeUntil = performance.now() + Math.min(graceMs / 10, maxNoticeMs);
  while (performance.now() < noticeUntil && (await isConnected(server))) await after(tickMs);
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const tick = setInterval(() => server.closeIdleConnections(), tickMs);
  await closed;
  clearInterval(tick);
  clearTimeout(cut);
}

function isConnected(server: Server): Promise<boolean> {
  return new Promise((resolve) => {
    server.getConnections((_, count) => resolve(count > 0));
  });
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
