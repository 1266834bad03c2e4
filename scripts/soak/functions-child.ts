import { startSimulator } from '../../src/dev/simulator/simulator.ts';
import { settingsOf, sendToParent } from '../bench/settings.ts';
import { z } from 'zod';
import { requestSchemaOf } from './rows.ts';

/** The functions of the soak's rows, simulated; each echoes its request. */
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
sendToParent({ origin: simulator.origin });
process.on('disconnect', () => process.exit(0));
