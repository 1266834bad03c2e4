import type { Simulator } from './dev/simulator/simulator.ts';
import type { RegistryStore } from './dynamic/registry/store.ts';
import type { Observe } from './observability/observation.ts';

export type OpenSimulatorOptions = Readonly<{
  store: RegistryStore;
  /** Where scripts find the simulator's origin; absolute. */
  home: string;
  observe: Observe;
  /** Closes the simulator when it is disposed of. */
  opened: AsyncDisposableStack;
}>;

/** Starts the Modal simulator. It is loaded here and not before, since a production process has no use for it. */
export async function openSimulator({
  store,
  home,
  observe,
  opened,
}: OpenSimulatorOptions): Promise<Simulator> {
  const { startSimulator } = await import('./dev/simulator/simulator.ts');
  const { writeOriginFile } = await import('./dev/simulator/origin-file.ts');
  const { simulatedFunctions } = await import('./dev/simulated-functions.ts');
  const simulator = await startSimulator({ findFunction: simulatedFunctions(store) });
  opened.defer(() => simulator.close());
  opened.defer(await writeOriginFile(home, simulator.origin));
  observe({ kind: 'simulator_started', origin: simulator.origin });
  return simulator;
}
