import { startSimulator } from '../../src/dev/simulator/simulator.ts';
import { settingsOf, tellParent } from '../bench/settings.ts';
import { z } from 'zod';
import { requestSchemaOf } from './rows.ts';

/** The soak's functions: all that its rows name, played by the simulator, each echoing its request. */
const { hopMs } = settingsOf(z.object({ hopMs: z.number() }));
const simulator = await startSimulator({
  hopMs,
  findFunction: (label) => {
    const n = /^soak--soak-\w+-(\d+)$/.exec(label)?.[1];
    if (n === undefined) return undefined;
    const requestSchema = requestSchemaOf(Number(n));
    return { slug: label, method: 'POST', path: '/', requestSchema, responseSchema: null };
  },
});
tellParent({ origin: simulator.origin });
process.on('disconnect', () => process.exit(0));
