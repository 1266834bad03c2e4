import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

const loopSteps = 1e8;

/**
 * Where the figures come from. Nothing here names the host.
 *
 * @param cores those that the benchmark may use; told by a process that has kept itself to some of them.
 */
export function machineFacts(
  postgresVersion: string,
  cores = availableParallelism(),
): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres: postgresVersion,
    load_1min: Number(loadavg()[0]?.toFixed(2)),
    // Machines of one name differ by several times: by this, figures of different days can be compared.
    loop_ms: loopMs(),
  };
}

/** How long a plain loop takes on one core, in milliseconds; the best of three. */
function loopMs(): number {
  const took = [1, 2, 3].map(() => {
    const startedAt = performance.now();
    let sum = 0;
    for (let step = 0; step < loopSteps; step += 1) sum = Math.imul(sum, 31) + step;
    // Looked at, since a loop whose sum nobody wants is not run.
    return sum === 1 ? Number.NaN : performance.now() - startedAt;
  });
  return Math.round(Math.min(...took));
}
