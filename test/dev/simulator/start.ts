import { onTestFinished } from 'vitest';
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../../src/dev/simulator/simulator.ts';
import { findFunction } from './client.ts';

/** A simulator for one test, closed when the test ends. */
export async function start(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await startSimulator({ findFunction, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}
