import { type Simulator, startSimulator } from '../../src/dev/simulator/simulator.ts';

/** A simulator that has a function for every host, which takes any body and echoes it: for tests of other things. */
export function startEchoSimulator(): Promise<Simulator> {
  return startSimulator({
    findFunction: (label) => ({
      slug: label,
      method: 'POST',
      path: '/',
      requestSchema: null,
      responseSchema: null,
    }),
  });
}
