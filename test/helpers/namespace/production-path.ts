import { z } from 'zod';
import { jsonOf, send } from '../http.ts';
import { startProcess, type StartedProcess } from '../process.ts';
import { type Functions, startFunctions } from './functions.ts';
import { publicAddress } from './network.ts';

const KeyAndCertificate = z.object({ key: z.string(), cert: z.string() });

/** What is to be tried. */
export const Trial = z.object({
  directory: z.string(),
  env: z.record(z.string(), z.string()),
  /** The certificate of names that are not in `certificates`. */
  certificate: KeyAndCertificate,
  certificates: z.record(z.string(), KeyAndCertificate),
  /** Called often, one after another and then at once. */
  goodPath: z.string(),
  /** Called once each. */
  badPaths: z.array(z.string()),
});

const Connections = z.object({
  connections: z.number(),
  names: z.array(z.string()),
  hosts: z.array(z.string().optional()),
});

/** What came of it. */
export const Findings = z.object({
  statuses: z.array(z.number()),
  problems: z.record(
    z.string(),
    z.object({ code: z.string(), detail: z.string(), proxyStatus: z.string().optional() }),
  ),
  /** What the functions at the public address saw after the calls one after another, and in the end. */
  oneByOne: Connections,
  inTheEnd: Connections,
  /** Connections to the loopback address, which a row must not reach. */
  inward: z.number(),
});

const oneByOneCalls = 50;
const workers = 10;
const callsOfEach = 15;

/** Runs the product in this network and calls it. The trial is the first argument, what came of it goes to stdout. */
async function main(): Promise<void> {
  const trial = Trial.parse(JSON.parse(process.argv[2] ?? ''));
  const certificateFor = (name: string) => trial.certificates[name] ?? trial.certificate;
  const functions = await startFunctions(publicAddress, certificateFor);
  const inward = await startFunctions('127.0.0.1', certificateFor);
  const rowgate = await startProcess(trial.directory, trial.env);
  const statuses: number[] = [];
  const callGood = async (count: number) => {
    for (let call = 0; call < count; call += 1) statuses.push((await ask(rowgate, trial.goodPath)).status);
  };
  await callGood(oneByOneCalls);
  const oneByOne = seenBy(functions);
  await Promise.all(Array.from({ length: workers }, () => callGood(callsOfEach)));
  const inTheEnd = seenBy(functions);
  const problems: z.infer<typeof Findings>['problems'] = {};
  for (const path of trial.badPaths) problems[path] = await problemOf(rowgate, path);
  rowgate.kill('SIGTERM');
  await rowgate.exited;
  functions.close();
  inward.close();
  const findings = { statuses, problems, oneByOne, inTheEnd, inward: inward.connections() };
  process.stdout.write(JSON.stringify(findings));
}

function ask({ url }: StartedProcess, path: string) {
  return send(url + path, { headers: { 'content-type': 'application/json' }, body: '{}' });
}

const Problem = z.object({ code: z.string(), detail: z.string() });

async function problemOf(rowgate: StartedProcess, path: string) {
  const response = await ask(rowgate, path);
  const proxyStatus = response.headers['proxy-status'];
  return { ...Problem.parse(jsonOf(response)), proxyStatus: proxyStatus?.toString() };
}

function seenBy({ connections, names, hosts }: Functions): z.infer<typeof Connections> {
  return { connections: connections(), names: [...names], hosts: [...hosts] };
}

if (import.meta.main) await main();
