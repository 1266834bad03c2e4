import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

const loopSteps = 1e8;

/**
 * The machine that was measured, without its host name.
 *
 * @param cores the number of cores the benchmark may use; passed by a process that is pinned to some of them.
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
    // Machines of the same type can differ by several times; with this, figures of different days can be compared.
    loop_ms: loopMs(),
  };
}

/** How long a plain loop takes on one core, in milliseconds; the best of three. */
function loopMs(): number {
  const took = [1, 2, 3].map(() => {
    const startedAt = performance.now();
    let sum = 0;
    for (let step = 0; step < loopSteps; step += 1) sum = Math.imul(sum, 31) + step;
    // The sum is used, since a loop whose result is unused is optimized away.
    return sum === 1 ? Number.NaN : performance.now() - startedAt;
  });
  return Math.round(Math.min(...took));
}
