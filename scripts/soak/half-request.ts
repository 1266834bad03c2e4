import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallPlan } from './call-plan.ts';
import type { Outcome } from './expectations.ts';

const longestMs = 1_000;

/** Sends the head and half of the body, or half of the head, waits a little, and disconnects. */
export async function sendHalf(url: string, { path, body }: CallPlan): Promise<Outcome> {
  const { hostname, port, host } = new URL(url);
  const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${body.length}\r\n\r\n`;
  const whole = head + body;
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.resume();
  // The body's length is random, so it decides how much is sent and for how long.
  socket.write(whole.slice(0, Math.floor(whole.length / (1 + (body.length % 3))) - 1));
  await delay((body.length * 37) % longestMs);
  socket.destroy();
  return 'left';
}
