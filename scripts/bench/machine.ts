import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Where the figures come from. Nothing here names the host. */
export function machineFacts(postgresVersion: string): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres: postgresVersion,
    load_1min: Number(loadavg()[0]?.toFixed(2)),
  };
}
